/** The TypeScript compiler, on a few files that import the library. */

import ts from 'typescript';
import { ROOT } from './page.js';

/** Names may be shown that nothing uses. */
const SHOWN: ts.CompilerOptions = { noUnusedLocals: false, noUnusedParameters: false };

/** What the compiler objects to in these files, as it prints it. What they import is not checked itself. */
export function objectionsTo(files: readonly string[]): string {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
  const config = ts.getParsedCommandLineOfConfigFile(`${ROOT}/tsconfig.json`, SHOWN, host);
  const program = ts.createProgram(files, config?.options ?? {});
  const objections = files
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  return ts.formatDiagnostics(objections, {
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  });
}
