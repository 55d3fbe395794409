/**
 * One function for each diagnostic. Codes never change their meaning: CT1xxx set-up, CT2xxx outside the language,
 * CT3xxx not yet, CT4xxx a mistake in the program, CT5xxx a warning, CT6xxx an error that a derivative throws as it runs, CT9xxx a fault of the compiler.
 * `docs/diagnostics.md` has an entry for each.
 */
import type { Diagnostic, Location } from "./diagnostic.ts";

function error(code: string, at: Location, message: string, hint?: string): Diagnostic {
  const { file, start, end, line, column } = at;
  return { code, severity: "error", message, ...(hint !== undefined && { hint }), file, start, end, line, column };
}

function warning(code: string, at: Location, message: string, hint?: string): Diagnostic {
  return { ...error(code, at, message, hint), severity: "warning" };
}

// ------------------------------------------------------------------------------------------- CT1xxx set-up

export function functionNotFound(at: Location, name: string, file: string, others: readonly string[] = []): Diagnostic {
  const exported = others.length === 0 ? "" : `; it has ${others.map((other) => `\`${other}\``).join(", ")}`;
  return error(
    "CT1002",
    at,
    `there is no function \`${name}\` in ${file}`,
    `only functions at module level can be named${exported}`,
  );
}

export function unreadableConfig(at: Location, problem: string): Diagnostic {
  return error(
    "CT1003",
    at,
    `cannot read the TypeScript configuration: ${problem}`,
    "correct the file; its other options are in use",
  );
}

export function notAModule(at: Location, file: string): Diagnostic {
  return error(
    "CT1004",
    at,
    `${file} is a CommonJS script, which cannot export a derivative`,
    "write it with `import` and `export`",
  );
}

export function lateRequest(at: Location, home: string): Diagnostic {
  return error(
    "CT1005",
    at,
    `this derivative belongs into ${home}, which was compiled and handed on before this call was found`,
    "import this file from the entry, or name it in the tsconfig, so that the call is found first",
  );
}

export function changedLater(at: Location, file: string, home: string): Diagnostic {
  return error(
    "CT1006",
    at,
    `${home} was compiled with the text that ${file} has on the disk, and that text has changed since: another plug-in changes it, or the file was edited in the meantime`,
    "put `cotangent()` before that plug-in; if the file was edited, start again",
  );
}

export function notWritten(at: Location, home: string): Diagnostic {
  return error(
    "CT1007",
    at,
    `this derivative belongs into ${home}, which is not among the files that are written`,
    "build that folder too, or copy the function into a file of your own",
  );
}

// ------------------------------------------------------------------------------ CT2xxx outside the language

export function notAFunction(at: Location, what: string): Diagnostic {
  return error(
    "CT2001",
    at,
    `cannot differentiate \`${what}\`: it is not a function the compiler can see`,
    "pass the name of a function, or write the arrow function in place",
  );
}
export function overloaded(at: Location, name: string): Diagnostic {
  return error(
    "CT2002",
    at,
    `cannot differentiate \`${name}\`: it has several overloads`,
    "write one function for each overload",
  );
}
export function noBody(at: Location, name: string): Diagnostic {
  return error(
    "CT2003",
    at,
    `cannot differentiate \`${name}\`: its source is not available, only its declaration`,
    "wrap it with `customVjp` and say what its derivative is",
  );
}
export function resultNotNumeric(at: Location, name: string, type: string): Diagnostic {
  return error(
    "CT2004",
    at,
    `cannot differentiate \`${name}\`: it returns \`${type}\`, which holds no number to differentiate`,
    "return a number; what is left in a parameter must be returned too",
  );
}
export function resultNotOneNumber(at: Location, mode: string, name: string, type: string): Diagnostic {
  return {
    ...resultNotNumeric(at, name, type),
    message: `\`${mode}\` wants one number, and \`${name}\` returns \`${type}\``,
    hint:
      type === "Tensor"
        ? "return `item(…)` of a tensor with one number, such as a `mean` or a `sum`; `vjp` and `jvp` take whole tensors"
        : "return a number, or use `jacobian`, `vjp` or `jvp`, which take several results",
  };
}
export function resultsNotOneValue(at: Location, mode: string, name: string, results: readonly string[]): Diagnostic {
  return {
    ...resultNotNumeric(at, name, ""),
    message: `\`${mode}\` wants a function with one result, and \`${name}\` returns several: ${results.map((result) => `\`${result}\``).join(", ")}`,
    hint: "differentiate a function that calls it, and returns the result you want or a tuple of them",
  };
}
/** `type` is as TypeScript prints it: the name of a type that it has not found, and takes for `any`, too. */
export function untypedValue(at: Location, what: string, type: string, isMissing = false): Diagnostic {
  return error(
    "CT2005",
    at,
    `cannot differentiate through \`${what}\`: its type ${isMissing ? `\`${type}\` was not found` : `is \`${type}\``}`,
    isMissing
      ? "check where it is declared and imported from: without it the value is `any`"
      : "give it a type, for example `number` or `number[]`",
  );
}
export function unsupportedSyntax(at: Location, what: string, hint?: string): Diagnostic {
  return error("CT2006", at, `${what} cannot be differentiated`, hint);
}
export function asynchronous(at: Location, what: string): Diagnostic {
  return error(
    "CT2007",
    at,
    `${what} cannot be differentiated`,
    "await outside, and pass the values to a plain function",
  );
}
export function generator(at: Location, what: string): Diagnostic {
  return { ...asynchronous(at, what), hint: "fill an array in a plain function, and return it" };
}
export function classOrThis(at: Location, what: string): Diagnostic {
  return error("CT2008", at, `${what} cannot be differentiated`, "use a plain record and functions that take it");
}
export function newTensor(at: Location, what: string): Diagnostic {
  const hint =
    "make tensors of numbers with `tensor`, `fill` or `scalar`, and of other tensors with `stack` or `concat`";
  return { ...classOrThis(at, what), hint };
}
export function tryCatch(at: Location): Diagnostic {
  return error(
    "CT2009",
    at,
    "`try` cannot be differentiated",
    "test for the bad case with `if` before the computation",
  );
}
export function unsupportedType(at: Location, what: string, type: string): Diagnostic {
  return error(
    "CT2010",
    at,
    `cannot differentiate through \`${what}\`: values of type \`${type}\` are not supported`,
    "use numbers, arrays of numbers, tuples and plain records",
  );
}
export function unionOfReferences(at: Location, what: string, type: string): Diagnostic {
  return error(
    "CT2011",
    at,
    `cannot differentiate through \`${what}\`: its type \`${type}\` is a union of different shapes`,
    "write one function for each shape",
  );
}
export function writesModuleState(at: Location, name: string): Diagnostic {
  return error(
    "CT2012",
    at,
    `\`${name}\` is state of the module: a function that is differentiated may only use constants that nothing writes`,
    "pass it as a parameter, and return the new value",
  );
}
export function unknownFunction(at: Location, name: string, hint?: string): Diagnostic {
  return error(
    "CT2013",
    at,
    `cannot tell which function \`${name}\` is when the program is compiled`,
    hint ?? "call a function by its name, or keep functions in a `const` record or array literal that nothing writes",
  );
}
export function unknownCall(at: Location, name: string): Diagnostic {
  return error(
    "CT2014",
    at,
    `cannot differentiate the call of \`${name}\`: the compiler does not know this function`,
    "write it in TypeScript, wrap it with `customVjp`, or call it outside and pass the result",
  );
}
export function writesPastTheEnd(at: Location, name: string): Diagnostic {
  return error(
    "CT2015",
    at,
    `\`${name}\` is written past its end, which would make it longer`,
    "use `push`, or create it at its size: `new Array(n).fill(0)` or `new Float64Array(n)`",
  );
}
export function capturesWritten(at: Location, name: string): Diagnostic {
  return error(
    "CT2016",
    at,
    `this uses a function that shares \`${name}\` with the function around it, and \`${name}\` is written`,
    `pass \`${name}\` as a parameter and return the new value, or write the loop in place of the function`,
  );
}
export function numberFromString(at: Location, what: string): Diagnostic {
  return error(
    "CT2017",
    at,
    `\`${what}\` makes a number from a string, and a string carries no derivative`,
    "keep numbers as numbers; to round without a derivative use `stopGradient`",
  );
}
export function optionalChaining(at: Location): Diagnostic {
  return error(
    "CT2018",
    at,
    "`?.` cannot be differentiated",
    "ask first: `i < rows.length ? rows[i][j] : 0`, or an `if`",
  );
}
export function unknownProperty(at: Location, what: string): Diagnostic {
  return error(
    "CT2019",
    at,
    `cannot tell which field \`${what}\` is when the program is compiled`,
    "use a field by its name, or an array",
  );
}
export function bigInteger(at: Location): Diagnostic {
  return error("CT2020", at, "`bigint` cannot be differentiated", "use a number");
}

export function tensorProperty(at: Location, what: string): Diagnostic {
  return error(
    "CT2021",
    at,
    `\`${what}\` reads a tensor in a way that a derivative does not pass through`,
    "use a function of tensors: `slice`, `gather`, `sum`, `item` …; `shape`, `size` and `dtype` can be read",
  );
}
export function inertParameter(at: Location, name: string, parameter: string, call: string): Diagnostic {
  return error(
    "CT2022",
    at,
    `the derivative depends on \`${parameter}\`, which \`${name}\` takes as a constant, in \`${call}\``,
    name === "tensor"
      ? "make it of `scalar(x)` and `stack` (or `fill`), which are differentiated; or write `stopGradient(x)`"
      : "if it is meant to be a constant, write `stopGradient(x)`",
  );
}

// ---------------------------------------------------------------------------------------- CT3xxx not yet

export function recursiveType(at: Location, type: string): Diagnostic {
  return error(
    "CT3001",
    at,
    `the type \`${type}\` refers to itself, which is not supported yet`,
    "use arrays of numbers and indices into them",
  );
}
export function setsLength(at: Location): Diagnostic {
  return error("CT3002", at, "setting `.length` is not supported yet", "use `pop`, or `slice` for a shorter copy");
}
export function methodNotYet(at: Location, method: string): Diagnostic {
  return error("CT3003", at, `\`${method}\` is not supported yet`, "write it as a loop");
}
export function arrayView(at: Location, method: string): Diagnostic {
  return error(
    "CT3004",
    at,
    `\`${method}\` makes a second view of the same memory, which is not supported yet`,
    "use `slice` for a copy, or pass the offset along",
  );
}
export function spreadArgument(at: Location): Diagnostic {
  return error(
    "CT3005",
    at,
    "spread arguments and rest parameters are not supported yet",
    "pass the array itself, or write a loop",
  );
}
export function genericFunction(at: Location, what: string, type: string): Diagnostic {
  return error(
    "CT3006",
    at,
    `the type \`${type}\` of \`${what}\` contains a type parameter, and the arguments do not tell what it stands for`,
    "write the function for the type you use, for example `number[]`, or constrain the parameter: `<T extends number>`",
  );
}
export function capturingArgument(at: Location, name: string): Diagnostic {
  return error(
    "CT3007",
    at,
    `this function is passed on and uses \`${name}\` of the function around it, which is not supported yet`,
    "pass it as a parameter, or write the loop in place",
  );
}
export function notYet(at: Location, what: string, hint?: string): Diagnostic {
  return error("CT3008", at, `${what} is not supported yet`, hint);
}
export function maybeReference(at: Location, what: string, type: string): Diagnostic {
  return error(
    "CT3009",
    at,
    `\`${what}\` may be missing (\`${type}\`); only numbers, booleans and strings may be for now`,
    /\[\]|Array</.test(type)
      ? "pass an empty array instead, or write two functions"
      : "always pass it and make its fields optional instead, for example `options: { scale?: number }`",
  );
}

// ------------------------------------------------------------------------- CT4xxx a mistake in the program

export function typeError(at: Location, message: string): Diagnostic {
  return error("CT4001", at, message, "only programs without type errors can be differentiated");
}
export function wrtOutOfRange(at: Location, name: string, wrt: number, count: number): Diagnostic {
  return error("CT4002", at, `\`${name}\` has no parameter ${wrt}: it has ${count}`, "`wrt` counts parameters from 0");
}
export function wrtNotNumeric(at: Location, name: string, parameter: string, type: string): Diagnostic {
  return error(
    "CT4003",
    at,
    `cannot differentiate \`${name}\` with respect to \`${parameter}\`: \`${type}\` holds no number to differentiate`,
    "choose another parameter with `wrt`",
  );
}
export function wrtTensorOrNumber(at: Location, name: string, parameter: string, type: string): Diagnostic {
  return notYet(
    at,
    `the derivative of \`${name}\` with respect to \`${parameter}\`, whose type \`${type}\` leaves open whether it is a tensor or a number,`,
    "declare it `Tensor` (`scalar(x)` makes a tensor of a number) or `number`",
  );
}
export function optionsNotConstant(at: Location): Diagnostic {
  return error(
    "CT4004",
    at,
    "the options must be written in place, so that they are known when the program is compiled",
    "write `{ wrt: 1 }` or `{ wrt: [0, 1] }`",
  );
}
export function badCustomRule(
  at: Location,
  name: string,
  problem: string,
  hint = "give one function, or `null`, for each parameter",
): Diagnostic {
  return error("CT4005", at, `the rule of \`${name}\` cannot be used: ${problem}`, hint);
}
/** `parameter` has a map for the other mode, which is not seen to be linear. */
export function customModeMissing(at: Location, name: string, mode: "vjp" | "jvp", parameter?: string): Diagnostic {
  const why =
    parameter === undefined
      ? ""
      : `, and its map with respect to \`${parameter}\` for the other mode is not visibly linear in its seed`;
  return error(
    "CT4006",
    at,
    `\`${name}\` has no rule for ${mode === "vjp" ? "reverse" : "forward"} mode${why}`,
    `use \`customRule\` and give it \`${mode}\` as well`,
  );
}

// --------------------------------------------------------------------------------------- CT5xxx warnings

export function zeroGradient(at: Location, name: string, parameter: string): Diagnostic {
  return warning(
    "CT5001",
    at,
    `the gradient of \`${name}\` with respect to \`${parameter}\` is always zero`,
    "the result does not depend on it smoothly: it is rounded, compared, or not used at all",
  );
}

export function unreturnedResult(at: Location, name: string, parameter: string): Diagnostic {
  return warning(
    "CT5002",
    at,
    `\`${name}\` leaves results in \`${parameter}\` and does not return them: no derivative flows through them`,
    `return \`${parameter}\` or what depends on it; a derivative leaves its arguments as they were`,
  );
}

// ------------------------------------------------------------- CT6xxx an error that a derivative throws

/** The code of what `pastTheEnd` of the runtime makes; the runtime knows nothing of this catalog. */
export const writtenOutside = "CT6001";

// --------------------------------------------------------------------- CT9xxx a fault of the compiler itself

export function internal(at: Location, problem: string): Diagnostic {
  return error(
    "CT9001",
    at,
    `the compiler failed here: ${problem}`,
    "please report this with the function that shows it",
  );
}
