import { typeOf } from "../ir/build.ts";
import type * as ir from "../ir/ir.ts";
import { negated, printExpression, type ExpressionPrinter } from "../ir/print-expression.ts";

const compound: ReadonlySet<ir.BinaryOperator> = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "**",
  "&",
  "|",
  "^",
  "<<",
  ">>",
  ">>>",
]);

/**
 * `x = e;`, or `x += e;` and the like where that computes the same. The user's own statements keep the form that the
 * user gave them.
 */
export function assignment(statement: ir.SetPlace, printer: ExpressionPrinter): string {
  const { target, value } = statement;
  const place = printExpression(target, printer);
  const short =
    value.kind === "binary" && isShortened(statement, value.operator)
      ? shortened(place, value, statement, printer)
      : undefined;
  return short ?? `${place} = ${printExpression(value, printer)};`;
}

function isShortened({ derived, origin }: ir.SetPlace, operator: ir.BinaryOperator): boolean {
  if (!compound.has(operator)) return false;
  return derived === true || origin === undefined || usesCompound(origin.text);
}

function usesCompound(text: string): boolean {
  return /\+\+|--|[-+*/%&|^]=|\*\*=|<<=|>>=/.test(text);
}

function shortened(
  place: string,
  value: ir.Binary,
  { derived, target }: ir.SetPlace,
  printer: ExpressionPrinter,
): string | undefined {
  const { operator } = value;
  const isTarget = (operand: ir.Expression): boolean => printExpression(operand, printer) === place;
  // A sum is commutative to the last bit, but the user's keep their order.
  const swapped = derived === true && operator === "+" && !isTarget(value.left) && isTarget(value.right);
  if (!swapped && !isTarget(value.left)) return undefined;
  const operand = swapped ? value.left : value.right;
  const positive = operator === "+" ? negated(operand) : undefined;
  const [sign, amount] = positive ? ["-", positive] : [operator, operand];
  const isStep = amount.kind === "constant" && amount.value === 1 && (sign === "+" || sign === "-");
  if (isStep && typeOf(target).kind === "index") return `${place}${sign}${sign};`;
  return `${place} ${sign}= ${printExpression(amount, printer)};`;
}
