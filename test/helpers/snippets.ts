/** Reads the code blocks of a Markdown page, with what the comments before them say about them. */
export interface Snippet {
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** What the HTML comment just before the block says: `run`, `output: COMMAND`. */
  readonly note: string;
}

export function snippetsOf(markdown: string): Snippet[] {
  const lines = markdown.split("\n");
  const snippets: Snippet[] = [];
  let note = "";
  for (let i = 0; i < lines.length; i++) {
    const comment = /^<!-- (.*) -->$/.exec(lines[i]);
    const fence = /^(`{3,})(\w*)/.exec(lines[i]);
    if (comment) note = comment[1];
    else if (fence) {
      const end = lines.indexOf(fence[1], i + 1);
      snippets.push({ line: i + 1, language: fence[2], text: lines.slice(i + 1, end).join("\n"), note });
      note = "";
      i = end;
    } else if (lines[i] !== "") note = "";
  }
  return snippets;
}

/** The name of the file a snippet is meant to be, from its first line: `// model.ts`. */
export function fileNameOf(snippet: Snippet): string | undefined {
  return /^\/\/ ([\w./-]+\.\w+)\n/.exec(snippet.text)?.[1];
}

/** The text of the file: without the line that names it. */
export function fileTextOf(snippet: Snippet): string {
  return `${snippet.text.slice(snippet.text.indexOf("\n") + 1)}\n`;
}
