/** The IR as TypeScript-like text, for debugging, tests of passes and `--passes`. Prints every form, at any stage. */
import type * as ir from "./ir.ts";
import { printExpression, printExtern, type ExpressionPrinter } from "./print-expression.ts";

/** A function with unique names; what the core language has no TypeScript for reads `push(tape, v)`, `x = pop(tape)`. */
export function printFunction(fn: ir.FunctionIR): string {
  const printer = debugPrinter();
  const parameters = fn.parameters.map((parameter) => `${printer.name(parameter)}: ${printType(parameter.type)}`);
  const results = fn.results.map(printType);
  const result = results.length === 1 ? results[0] : `[${results.join(", ")}]`;
  return `function ${fn.name}(${parameters.join(", ")}): ${result} {\n${blockLines(fn.body, printer, "  ").join("")}}\n`;
}

/** The statements of a block, one a line. */
export function printBlock(block: ir.Block): string {
  return blockLines(block, debugPrinter(), "").join("");
}

/** A single statement, with what is nested in it. */
export function printStatement(statement: ir.Statement): string {
  return printBlock([statement]);
}

/** A type as TypeScript-like text, with `index` and `tape<…>` beside TypeScript's own. */
export function printType(type: ir.Type): string {
  switch (type.kind) {
    case "real":
      return "number";
    case "index":
      return "index";
    case "boolean":
    case "string":
      return type.kind;
    case "tensor":
      return "Tensor";
    case "nothing":
      return "undefined";
    case "array":
      return type.storage === "plain" ? `${wrapped(type.element)}[]` : type.storage;
    case "tuple":
      return `[${type.elements.map(printType).join(", ")}]`;
    case "record":
      return `{ ${type.fields.map((field) => `${field.name}: ${printType(field.type)}`).join("; ")} }`;
    case "maybe":
      return `${printType(type.of)} | undefined`;
    case "tape":
      return `tape<${printType(type.element)}>`;
    case "opaque":
      return type.text;
  }
}

function wrapped(type: ir.Type): string {
  return type.kind === "maybe" || type.kind === "opaque" ? `(${printType(type)})` : printType(type);
}

function debugPrinter(): ExpressionPrinter {
  const names = new Map<ir.Variable, string>();
  const taken = new Set<string>();
  const printer: ExpressionPrinter = {
    name: (variable) => {
      const known = names.get(variable);
      if (known !== undefined) return known;
      let name = variable.name;
      for (let i = 2; taken.has(name); i++) name = `${variable.name}${i}`;
      taken.add(name);
      names.set(variable, name);
      return name;
    },
    allocation: (allocation) => allocationText(allocation, printer),
    stop: (value) => `stopGradient(${value})`,
  };
  return printer;
}

function allocationText(allocation: ir.Allocation, printer: ExpressionPrinter): string {
  const text = (expression: ir.Expression): string => printExpression(expression, printer);
  switch (allocation.kind) {
    case "newArray": {
      const fill = allocation.fill ? `, ${text(allocation.fill)}` : "";
      return `newArray<${printType(allocation.type)}>(${text(allocation.length)}${fill})`;
    }
    case "arrayLiteral":
      return `[${allocation.elements.map(text).join(", ")}]`;
    case "recordLiteral":
      return `{ ${allocation.fields.map((field) => `${field.name}: ${text(field.value)}`).join(", ")} }`;
    case "copy": {
      const range = allocation.from || allocation.to ? [allocation.from, allocation.to] : [];
      const operands = [allocation.source, ...range].map((operand) => (operand ? text(operand) : "undefined"));
      return `copy<${printType(allocation.type)}>(${operands.join(", ")})`;
    }
    case "zeros":
      return `zeros<${printType(allocation.type)}>(${text(allocation.like)})`;
    case "newTape":
      return `newTape<${printType(allocation.type.element)}>()`;
  }
}

function blockLines(block: ir.Block, printer: ExpressionPrinter, indent: string): string[] {
  return block.flatMap((statement) => statementLines(statement, printer, indent));
}

function statementLines(statement: ir.Statement, printer: ExpressionPrinter, indent: string): string[] {
  const text = (expression: ir.Expression): string => printExpression(expression, printer);
  const nested = (head: string, body: ir.Block): string[] => [
    `${indent}${head} {\n`,
    ...blockLines(body, printer, `${indent}  `),
    `${indent}}\n`,
  ];
  switch (statement.kind) {
    case "if": {
      const then = nested(`if (${text(statement.test)})`, statement.then);
      return statement.else.length === 0 ? then : [...then.slice(0, -1), ...nested("} else", statement.else)];
    }
    case "for": {
      const [lo, hi, i] = [text(statement.lo), text(statement.hi), printer.name(statement.counter)];
      const head = statement.descending
        ? `let ${i} = ${hi} - 1; ${i} >= ${lo}; ${i}--`
        : `let ${i} = ${lo}; ${i} < ${hi}; ${i}++`;
      return nested(`for (${head})`, statement.body);
    }
    case "while":
      return nested(`while (${text(statement.test)}) counting ${printer.name(statement.trips)}`, statement.body);
    case "scope":
      return nested(`${statement.label.name}:`, statement.body);
    default:
      return [`${indent}${simpleText(statement, printer)}\n`];
  }
}

type Simple = Exclude<ir.Statement, ir.If | ir.For | ir.While | ir.Scope>;

function simpleText(statement: Simple, printer: ExpressionPrinter): string {
  const text = (expression: ir.Expression): string => printExpression(expression, printer);
  const declared = (variable: ir.Variable | undefined): string => (variable ? `let ${printer.name(variable)} = ` : "");
  switch (statement.kind) {
    case "let":
      if (statement.value) return `${declared(statement.variable)}${text(statement.value)};`;
      return `let ${printer.name(statement.variable)}: ${printType(statement.variable.type)};`;
    case "set":
      return `${text(statement.target)} = ${text(statement.value)};`;
    case "call": {
      const call = `${statement.callee.replace(/^.*#/, "")}(${statement.arguments.map(text).join(", ")});`;
      if (statement.results.length <= 1) return declared(statement.results[0]) + call;
      return `let [${statement.results.map(printer.name).join(", ")}] = ${call}`;
    }
    case "append":
      return `${text(statement.array)}.push(${text(statement.value)});`;
    case "remove":
      return `${declared(statement.result)}${text(statement.array)}.pop();`;
    case "addInto":
      return `addInto(${[statement.target, statement.source, ...(statement.from ? [statement.from] : [])].map(text).join(", ")});`;
    case "save":
      return `push(${printer.name(statement.tape)}, ${text(statement.value)});`;
    case "restore":
      return `${statement.declares ? "let " : ""}${text(statement.target)} = pop(${printer.name(statement.tape)});`;
    case "effect":
      return `${declared(statement.result)}${printExtern(statement.text, statement.operands, printer).text};`;
    case "throw":
      return `throw ${text(statement.value)};`;
    case "return":
      return statement.values.length === 1
        ? `return ${text(statement.values[0])};`
        : `return [${statement.values.map(text).join(", ")}];`;
    case "note":
      return `// ${statement.text}`;
    case "exit":
      return `exit ${statement.label.name};`;
  }
}
