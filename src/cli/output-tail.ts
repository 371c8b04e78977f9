/** The end of what a command prints. Pure. */

/** How many lines of it are kept. */
const LINES = 60;
/** And how many characters, for a command that prints without line ends. */
const CHARACTERS = 20_000;

/** Keeps the end of the text. */
export function outputTail(): { readonly add: (text: string) => void; readonly text: () => string } {
  let kept = '';
  return {
    add: (text) => {
      kept = (kept + text).slice(-CHARACTERS);
    },
    text: () => kept.trimEnd().split(/\r?\n/).slice(-LINES).join('\n'),
  };
}

/** As a part of the text of a failure. */
export function describeOutput(output: string): string {
  if (output === '') return 'It printed nothing.';
  const lines = output.split('\n').map((line) => (line === '' ? '' : `    ${line}`));
  return ['The end of its output:', '', ...lines].join('\n');
}
