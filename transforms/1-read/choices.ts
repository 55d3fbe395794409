/** What is chosen as the program runs, written out as a chain of `if`s. */
import { binary, constant, isAllocation, read, typeOf, variable } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import type { ts } from "../typescript.ts";
import { commonType } from "./conditionals.ts";
import { slotValue } from "./evaluate-known.ts";
import type { Choice, Known, Slot } from "./known.ts";
import { captureValue, emit, Refusal, type Scope } from "./scope.ts";

interface Branch {
  readonly statements: ir.Statement[];
  readonly value: ir.Expression;
}

/** The value that `write` gives for the option that is chosen; there may be none. */
export function chosenValue(
  scope: Scope,
  choice: Choice,
  node: ts.Node,
  write: (option: Known | Slot) => ir.Expression,
): ir.Expression {
  const selector = slotValue(scope, choice.selector);
  if (!selector) throw new Refusal();
  const branches = choice.options.map((option) => captureValue(scope, () => write(option)));
  const isPure = branches.every(({ statements, value }) => statements.length === 0 && !isAllocation(value));
  if (isTest(choice) && isPure) {
    const [whenTrue, whenFalse] = branches.map(({ value }) => value);
    return { kind: "conditional", test: selector, whenTrue, whenFalse };
  }
  const type = branches.map(({ value }) => typeOf(value)).reduce((a, b) => commonType(scope, a, b, node));
  const chosen = type.kind === "nothing" ? undefined : variable("value", type);
  if (chosen) emit(scope, { kind: "let", variable: chosen });
  emitChain(scope, choice, selector, branches, chosen);
  return chosen ? read(chosen) : constant(undefined);
}

function isTest({ labels }: Choice): boolean {
  return labels.includes(true);
}

/** `if (at === 0) … else if (at === 1) … else throw …`; the same with keys. */
function emitChain(
  scope: Scope,
  choice: Choice,
  selector: ir.Expression,
  branches: readonly Branch[],
  chosen: ir.Variable | undefined,
): void {
  const origin = scope.origin ? { origin: scope.origin } : {};
  const blocks = branches.map(({ statements, value }): ir.Statement[] =>
    chosen ? [...statements, { kind: "set", target: read(chosen), value, ...origin }] : statements,
  );
  if (isTest(choice)) {
    emit(scope, { kind: "if", test: selector, then: blocks[0], else: blocks[1] });
    return;
  }
  const error: ir.Extern = {
    kind: "extern",
    text: "new TypeError($0)",
    operands: [constant(`${choice.text} is undefined`)],
    type: { kind: "opaque", text: "TypeError" },
  };
  let rest: ir.Statement[] = [{ kind: "throw", value: error, ...origin }];
  for (let i = blocks.length - 1; i >= 0; i--)
    rest = [
      { kind: "if", test: binary("===", selector, constant(choice.labels[i])), then: blocks[i], else: rest, ...origin },
    ];
  rest.forEach((statement) => emit(scope, statement));
}
