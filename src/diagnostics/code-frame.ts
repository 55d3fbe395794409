/** The lines around a place, with the place underlined; like `@babel/code-frame`, for plain text. Lines and columns count from 1. */
export function codeFrame(text: string, line: number, column: number, length: number): string {
  const lines = text.split("\n");
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const rows: string[] = [];
  for (let i = first; i <= last; i++) {
    rows.push(`${i === line ? ">" : " "} ${String(i).padStart(width)} | ${lines[i - 1]}`.trimEnd());
    if (i !== line) continue;
    const room = Math.max(1, Math.min(length, lines[i - 1].length - column + 1));
    rows.push(`  ${" ".repeat(width)} | ${" ".repeat(column - 1)}${"^".repeat(room)}`);
  }
  return rows.join("\n");
}
