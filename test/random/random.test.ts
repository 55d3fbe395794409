/**
 * Random programs through the whole compiler: reverse mode, forward mode and differences agree, with all passes, with
 * none and with random ones; or the program is refused at a place. `RANDOM_PROGRAMS` sets their number, `RANDOM_SEED`
 * the seed of the first; a failing program is shown with its seed, and made small.
 */
import { expect, test } from "vitest";
import { checkProgram, type Outcome } from "./check-program.ts";
import { randomProgram, type RandomProgram } from "./program.ts";
import { shrink } from "./shrink.ts";

const programs = Number(process.env.RANDOM_PROGRAMS ?? 60);
const firstSeed = Number(process.env.RANDOM_SEED ?? 20_260);
const trials = 200;

function failureOf(program: RandomProgram, seed: number): Promise<Outcome | Error> {
  return checkProgram(program, seed).catch((error: unknown) => error as Error);
}

/** What a failure is called, so that a smaller program is one that fails in the same way. */
function kindOf(failure: Outcome | Error): string {
  return failure instanceof Error ? failure.message.replace(/[^a-z]+/gi, " ").slice(0, 40) : failure;
}

async function report(program: RandomProgram, seed: number, failure: Error): Promise<Error> {
  const failsToo = async (text: string): Promise<boolean> =>
    kindOf(await failureOf({ ...program, text }, seed)) === kindOf(failure);
  const small = await shrink(program.text, failsToo, trials);
  const args = JSON.stringify(program.arguments(program.typed));
  const found = await failureOf({ ...program, text: small }, seed);
  return new Error(`RANDOM_SEED=${String(seed)} RANDOM_PROGRAMS=1\n${String(found)}\narguments ${args}\n${small}`, {
    cause: failure,
  });
}

test(`${String(programs)} random programs`, { timeout: 1_200_000 }, async () => {
  const outcomes = { compared: 0, refused: 0, skipped: 0 };
  for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
    const program = randomProgram(seed);
    const outcome = await failureOf(program, seed);
    if (outcome instanceof Error) throw await report(program, seed, outcome);
    outcomes[outcome]++;
  }
  expect(outcomes.compared, JSON.stringify(outcomes)).toBeGreaterThanOrEqual(Math.floor(programs / 2));
});

test("a seed always gives the same program", () => {
  expect(randomProgram(7).text).toBe(randomProgram(7).text);
  expect(randomProgram(7).text).not.toBe(randomProgram(8).text);
});

test("a failing program is made small", async () => {
  const { text } = randomProgram(3);
  const small = await shrink(text, (smaller) => Promise.resolve(smaller.includes("return")), 10_000);
  expect(small.replace(/\s+/g, " ").length).toBeLessThan(120);
});
