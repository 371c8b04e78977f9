/** A Dockerfile as a list of instructions, and what of them is asked here. Knows the forms that the examples use. */

export interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly text: string;
}

/** Without comments and empty lines; what is continued on the next line is one instruction. */
export function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const whole = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  return whole.map((line) => {
    const [, name = '', text = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return { name: name.toUpperCase(), text };
  });
}

/** The texts of all instructions of that name. */
export function textsOf(instructions: readonly Instruction[], name: string): string[] {
  return instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);
}

/** What the container runs, without the arguments that it is given. Throws where that is not in the form without a shell. */
export function programOf(instructions: readonly Instruction[]): string[] {
  return ['ENTRYPOINT', 'CMD'].flatMap((name) => textsOf(instructions, name).flatMap(wordsOf));
}

/** How its health is checked. */
export function healthCheckOf(instructions: readonly Instruction[]): string[] | undefined {
  const [check] = textsOf(instructions, 'HEALTHCHECK');
  return check === undefined ? undefined : wordsOf(check.replace(/^.*? CMD /, ''));
}

/** `A=1 B=2`. */
export function environmentOf(instructions: readonly Instruction[]): Record<string, string> {
  const pairs = textsOf(instructions, 'ENV').flatMap((text) => text.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]));
}

function wordsOf(text: string): string[] {
  return JSON.parse(text);
}
