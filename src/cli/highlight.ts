const keywords = /\b(export|function|const|let|if|else|for|while|return|throw|new|import|from|type)\b/;
const token = new RegExp(
  `(/\\*[\\s\\S]*?\\*/|//[^\\n]*)|("(?:[^"\\\\]|\\\\.)*")|${keywords.source}|\\b(\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\b`,
  "g",
);

/** TypeScript with terminal colours: comments, strings, keywords, numbers. */
export function highlight(text: string): string {
  return text.replace(token, (all: string, comment?: string, literal?: string, keyword?: string) => {
    const color = comment ? 90 : literal ? 32 : keyword ? 35 : 33;
    return `\u001b[${color}m${all}\u001b[0m`;
  });
}
