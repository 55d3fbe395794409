/**
 * Random programs of tensors: values, gradients, tangents and pullbacks by all passes, none and random ones agree with each
 * other and with differences, some in second order too; or the program is refused at a place. A few small ones are tried;
 * `RANDOM_TENSORS` sets another number of any size, `RANDOM_SEED` the seed of the first. A failing one is made small.
 */
import { expect, test } from "vitest";
import { checkTensorPrograms, type Result, type TensorProgram } from "./check-tensors.ts";
import { shrink } from "./shrink.ts";
import { randomTensorProgram } from "./tensor-program.ts";

const wanted = process.env.RANDOM_TENSORS;
const firstSeed = Number(process.env.RANDOM_SEED ?? 1000);
const together = 8;
const trials = 200;
/** The most text of a program that is tried every time; the declarations all have take half of it. */
const small = 2500;

function programOf(seed: number): TensorProgram {
  const program = randomTensorProgram(seed, true);
  return { seed, text: program.text, arguments: () => program.arguments("Float64Array") };
}

function programs(): readonly TensorProgram[] {
  if (wanted !== undefined) return Array.from({ length: Number(wanted) }, (_, i) => programOf(firstSeed + i));
  const found: TensorProgram[] = [];
  for (let seed = firstSeed; found.length < together; seed++) {
    const program = programOf(seed);
    if (program.text.length < small) found.push(program);
  }
  return found;
}

/** What a failure is called, so that a smaller program is one that fails in the same way. */
function kindOf(result: Result): string {
  return result instanceof Error ? result.message.replace(/[^a-z]+/gi, " ").slice(0, 30) : result;
}

async function report(program: TensorProgram, failure: Error): Promise<Error> {
  const failsToo = async (text: string): Promise<boolean> =>
    kindOf((await checkTensorPrograms([{ ...program, text }], true))[0]) === kindOf(failure);
  const text = await shrink(program.text, failsToo, trials);
  const how = `RANDOM_SEED=${String(program.seed)} RANDOM_TENSORS=1`;
  return new Error(`${how}\n${failure.message}\n${text}`, { cause: failure });
}

test("random programs of tensors", { timeout: 1_200_000 }, async () => {
  const all = programs();
  const outcomes = { compared: 0, refused: 0, skipped: 0 };
  for (let i = 0; i < all.length; i += together) {
    const some = all.slice(i, i + together);
    for (const [k, result] of (await checkTensorPrograms(some, wanted !== undefined)).entries()) {
      if (result instanceof Error) throw await report(some[k], result);
      outcomes[result]++;
    }
  }
  expect(outcomes.compared, JSON.stringify(outcomes)).toBeGreaterThanOrEqual(Math.floor(all.length / 2));
});

test("a seed always gives the same program", () => {
  expect(programOf(7).text).toBe(programOf(7).text);
  expect(programOf(7).text).not.toBe(programOf(8).text);
});
