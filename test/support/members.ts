/** What a public type has, read from the types themselves: pages are held against it. */

import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './page.js';

/** Answers the members that an interface of `echo-sts` declares itself, without those of the interfaces it extends. */
export function memberReader(): (name: string) => string[] {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
    ts.sys,
    ROOT,
  );
  const entry = join(ROOT, 'src/index.ts');
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const root = source && checker.getSymbolAtLocation(source);
  const exports = root === undefined ? [] : checker.getExportsOfModule(root);
  return (name) => {
    const exported = exports.find((symbol) => symbol.name === name);
    if (exported === undefined) throw new Error(`echo-sts exports no ${name}`);
    const type = checker.getDeclaredTypeOfSymbol(exported);
    const isOwn = ({ declarations = [] }: ts.Symbol) =>
      declarations.some(({ parent }) => type.symbol.declarations?.some((own) => own === parent));
    return type
      .getProperties()
      .filter(isOwn)
      .map(({ name }) => name.replace(/^__@(\w+)@\d+$/, '[Symbol.$1]'));
  };
}
