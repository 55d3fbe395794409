import { locationOf } from "../transforms/1-read/scope.ts";
import { isFunctionNode, unwrap } from "../transforms/1-read/symbols.ts";
import { readFunction } from "../transforms/1-read/read.ts";
import type { Diagnostic, Location } from "../transforms/diagnostics/diagnostic.ts";
import type { Request } from "../transforms/pipeline.ts";
import { ts } from "../transforms/typescript.ts";
import { emitDerivatives } from "./emit.ts";
import { deriveFunction, guarded, readContext, type Requests } from "./requests.ts";

/** The text of the derivative of a function at module level, with the program after every pass before it if it was traced. */
export async function showFunction(
  requests: Requests,
  program: ts.Program,
  file: ts.SourceFile,
  name: string,
  request: Request,
  missing: (at: Location) => Diagnostic,
): Promise<string | undefined> {
  const node = functionNamed(file, name);
  if (!node) {
    requests.report(missing({ ...locationOf(file), line: 1, column: 1 }));
    return undefined;
  }
  const made = guarded(requests, node, () => {
    const key = readFunction(node, readContext(requests));
    const fn = key === undefined ? undefined : requests.functions.get(key);
    return fn && deriveFunction(requests, fn, request, node);
  });
  if (!made) return undefined;
  const passes = made.derived.after.map(
    ({ pass, function: of, text }) => `// ======== ${of}, after ${pass}\n${text}\n`,
  );
  const call = `${request.mode}(${name}${request.wrt ? `, { wrt: ${request.wrtIsTuple ? `[${request.wrt.join(", ")}]` : request.wrt.join()} }` : ""})`;
  return [...passes, await emitDerivatives(program, requests, made, call)].join("\n");
}

function functionNamed(file: ts.SourceFile, name: string): ts.FunctionLikeDeclaration | undefined {
  for (const statement of file.statements) {
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      const value = declaration.initializer && unwrap(declaration.initializer);
      if (declaration.name.getText() === name && value && isFunctionNode(value)) return value;
    }
  }
  return undefined;
}
