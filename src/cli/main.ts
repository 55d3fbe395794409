#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { cac } from "cac";
import { build } from "./build.ts";
import { check } from "./check.ts";
import { show } from "./show.ts";
import { UsageError } from "./usage.ts";

/** Exit codes: 0 done, 1 there were diagnostics, 2 the command was not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const cli = cac("cotangent");
  let run: (() => Promise<number>) | undefined;
  cli
    .command("show <target>", "Print the derivative of a function: cotangent show model.ts#loss")
    .option("--wrt <indices>", "Parameters to differentiate with respect to, counted from 0: 1 or 0,1")
    .option("--mode <mode>", "reverse (default), forward or vjp")
    .option("--passes", "Print the program after every pass")
    .action((target: string, options: Parameters<typeof show>[1]) => {
      run = () => show(target, options);
    });
  cli.command("check <...paths>", "Report diagnostics only").action((paths: string[]) => {
    run = () => check(paths);
  });
  cli
    .command("build <...paths>", "Write the modules with their derivatives")
    .option("--out <dir>", "Where to write them")
    .option("--watch", "Write them again when a file changes")
    .action((paths: string[], options: Parameters<typeof build>[1]) => {
      run = () => build(paths, options);
    });
  cli.help();
  cli.version(version);
  cli.parse([...argv], { run: false });
  if (cli.options.help === true || cli.options.version === true) return 0;
  if (!cli.matchedCommand) {
    cli.outputHelp();
    throw new UsageError(cli.args[0] ? `there is no command \`${cli.args[0]}\`` : "a command is missing");
  }
  await cli.runMatchedCommand();
  return run ? run() : 2;
}

main(process.argv).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError || (error instanceof Error && error.name === "CACError");
    process.stderr.write(`cotangent: ${error instanceof Error ? error.message : String(error)}\n`);
    if (!isUsage && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
    process.exitCode = isUsage ? 2 : 1;
  },
);
