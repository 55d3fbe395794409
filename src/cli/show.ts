import { existsSync, statSync } from "node:fs";
import { functionNotFound } from "../../transforms/diagnostics/catalog.ts";
import type { Diagnostic } from "../../transforms/diagnostics/diagnostic.ts";
import type { Mode, Request } from "../../transforms/pipeline.ts";
import type { ts } from "../../transforms/typescript.ts";
import { newRequests } from "../compile.ts";
import { showFunction } from "../show.ts";
import { diskProgram, sourcesAt } from "./files.ts";
import { highlight } from "./highlight.ts";
import { report } from "./report.ts";
import { UsageError } from "./usage.ts";

export interface ShowOptions {
  readonly wrt?: string | number;
  readonly mode?: string;
  readonly passes?: boolean;
}

/** `cotangent show model.ts#loss`: the derivative of a function, as it is written into its module. */
export async function show(target: string, options: ShowOptions): Promise<number> {
  const [path, name, more] = target.split("#");
  if (!path || !name || more !== undefined) throw new UsageError(`say which function: ${path || "model.ts"}#NAME`);
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  if (statSync(path).isDirectory())
    throw new UsageError(`${path} is a folder: say which file in it, ${path}/FILE#${name}`);
  const [file] = sourcesAt(path);
  const { program, diagnostics } = diskProgram([file]);
  const found: Diagnostic[] = [...diagnostics];
  const requests = newRequests(program, (diagnostic) => found.push(diagnostic), { trace: options.passes === true });
  const source = program.getSourceFile(file) as ts.SourceFile;
  const text = await showFunction(requests, program, source, name, requestFrom(options), (at, others) =>
    functionNotFound(at, name, path, others),
  );
  if (text !== undefined) {
    const color = process.stdout.isTTY && !process.env["NO_COLOR"];
    process.stdout.write(color ? highlight(text) : text);
  }
  return report(found) ? 1 : 0;
}

const modes: Readonly<Record<string, Mode | undefined>> = { reverse: "grad", forward: "jvp", vjp: "vjp" };

function requestFrom({ wrt, mode = "reverse" }: ShowOptions): Request {
  const found = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (!found) throw new UsageError(`--mode is reverse, forward or vjp, not ${mode}`);
  const indices = wrt === undefined ? undefined : String(wrt).split(",").map(Number);
  if (indices?.some((i) => !Number.isInteger(i) || i < 0))
    throw new UsageError(`--wrt takes numbers like 1 or 0,1, not ${String(wrt)}`);
  return {
    mode: found,
    wrt: indices,
    wrtIsTuple: indices !== undefined && indices.length > 1,
  };
}
