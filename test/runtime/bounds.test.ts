import { expect, it } from "vitest";
import { pastTheEnd } from "../../runtime/index.ts";
import { writtenOutside } from "../../transforms/diagnostics.ts";

it("names the code, the place and the way out", () => {
  const error = pastTheEnd("a[i]", 3, "model.ts:12:7");
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toBe(
    `model.ts:12:7 - error ${writtenOutside}: \`a[i]\` is written outside the array, at 3, which would make it longer; use \`push\`, or create the array at its size`,
  );
});
