/**
 * `npm run docs:api`: writes the API reference in `docs/api/` from the doc comments of what the entry points export.
 * With `--check` it writes nothing, and fails when the reference is not what it would write. Either way it fails when a
 * public export has no doc comment, or refers to something that is not there.
 */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, ReflectionKind, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REFERENCE = join(ROOT, 'docs', 'api');

const nothing = () => '';

/** What pages leave out, and what stands there instead. */
const REPEATED: readonly (readonly [pattern: RegExp, replacement: (found: string) => string])[] = [
  // One for each property, and no links to them.
  [/<a id="[^"]*"><\/a> ?/g, nothing],
  [/^#+ Type Parameters\n\n(?:\|.*\n)+\n/gm, nothing],
  // Only those without a description.
  [/^#+ Parameters\n\n\| Parameter \| Type \|\n(?:\|.*\n)+\n/gm, nothing],
  [/^#+ Returns\n\n[^\n]+\n\n/gm, nothing],
  [/^#+ Extended by\n\n(?:- .*\n)+\n/gm, nothing],
  [/^#+ Overrides\n\n[^\n]+\n\n/gm, nothing],
  // The declaration of a union shows its members; a table of their fields says more.
  [/(?<=^#+ Type Literal\n\n)```ts\n(?:(?!```).*\n)*```\n\n(?=\|)/gm, nothing],
  [/^#+ Type Literal\n\n```ts\n(?:(?!```).*\n)*```\n\n(?=#)/gm, nothing],
  // What a type refuses.
  [/^\| `[^`]*\?` \| `undefined` \|.*\n/gm, nothing],
  // An object without a description, whose fields follow.
  [/^\| `[^`]*` \| `object` \|(?: - \|)?\n/gm, nothing],
  [/^#+ (?:Properties|Methods|Type Declaration)\n\n/gm, nothing],
  [
    /^#+ Extends\n\n(?:- .*\n)+/gm,
    (list) => `Extends ${[...list.matchAll(/^- (.*)$/gm)].map(([, type]) => type).join(', ')}.\n`,
  ],
  [/(?<=\|) - (?=\|$)/gm, () => ' '],
  [/^\*\*\*\n\n/gm, nothing],
  // A constant's type is its value.
  [/^\| Name \| Type \| Default value \|\n(?:\|.*\n)+/gm, withoutLastColumn],
  [/^\|(?: -+ \|)+$/gm, (row) => row.replaceAll(/ -+ /g, '-')],
];

/** TypeDoc calls those of a higher priority first; it sorts what there is into groups at -100. */
const BEFORE_GROUPS = -50;

const OPTIONS: TypeDocOptions & PluginOptions = {
  plugin: ['typedoc-plugin-markdown'],
  name: 'API reference of echo-sts',
  readme: 'none',
  logLevel: 'Warn',
  // Line numbers would change with every commit, and what is inherited from Node with every release of its types.
  disableSources: true,
  excludeExternals: true,
  excludePrivate: true,
  requiredToBeDocumented: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable', 'Enum'],
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
  // What exports are made of, and nobody has to name.
  intentionallyNotExported: [
    'ActionBook',
    'RuleBook',
    'Answering',
    'InMode',
    'Project',
    'ProjectConfig',
    'Row',
    'TestEventStatus',
    'ECHO_STS_ERROR_CODES',
    'FAULTS',
    'FRAGMENT_CUT_PHASES',
    'FRAGMENT_MESSAGES',
    'src/timeline/entry.ts:EntryOf',
  ],
  // A page for each entry point: nobody looks for a type in a hundred files.
  outputFileStrategy: 'modules',
  flattenOutputFiles: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  // The signature says it all: see `withoutRepetition`.
  expandParameters: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideOverrides: true, hideModifiers: true },
};

if (process.argv.includes('--check')) await check();
else await generate(REFERENCE);

async function check(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'echo-sts-api-'));
  try {
    await generate(folder);
    const [written, wanted] = [await pages(REFERENCE), await pages(folder)];
    const names = [...new Set([...written.keys(), ...wanted.keys()])];
    const stale = names.filter((name) => written.get(name) !== wanted.get(name));
    if (stale.length > 0) throw new Error(`docs/api is out of date (${stale.join(', ')}): run \`npm run docs:api\`.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function generate(folder: string): Promise<void> {
  const entryPoints = await readEntryPoints();
  const app = await Application.bootstrapWithPlugins({
    ...OPTIONS,
    out: folder,
    tsconfig: join(ROOT, 'tsconfig.json'),
    entryPoints: [...entryPoints.keys()],
  });
  // They are called what they are imported by, not what their files are called.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
    reflection.name = entryPoints.get(declaration?.getSourceFile().fileName ?? '') ?? reflection.name;
  });
  // Each stands once, where it is declared, with a link from those that extend that: the pages are in the package.
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      const declarations = project.getReflectionsByKind(ReflectionKind.All).filter((each) => each.isDeclaration());
      for (const each of declarations) if (each.inheritedFrom?.reflection !== undefined) project.removeReflection(each);
    },
    BEFORE_GROUPS,
  );
  const project = await app.convert();
  if (project === undefined) throw new Error('The sources cannot be read; the reasons stand above.');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('The doc comments are not complete; what is missing stands above.');
  await app.generateOutputs(project);
  for (const [name, text] of await pages(folder)) await writeFile(join(folder, name), withoutRepetition(text));
}

/** The signature of a function says what its tables of types say once more; the pages are in the package. */
function withoutRepetition(page: string): string {
  return REPEATED.reduce((text, [pattern, replacement]) => text.replaceAll(pattern, replacement), page);
}

/** Source file → the name that users import it by. The compiler has to know it as well as npm. */
async function readEntryPoints(): Promise<ReadonlyMap<string, string>> {
  const { name, exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const { compilerOptions } = JSON.parse(await readFile(join(ROOT, 'tsconfig.json'), 'utf8'));
  const paths: Readonly<Record<string, readonly string[]>> = compilerOptions.paths;
  const published = Object.keys(exports).filter((path) => !path.endsWith('.json'));
  return new Map(
    published.map((path) => {
      const imported = join(name, path);
      const [source] = paths[imported] ?? [];
      if (source === undefined) throw new Error(`\`paths\` in tsconfig.json expected a source for "${imported}".`);
      return [join(ROOT, source), imported];
    }),
  );
}

function withoutLastColumn(table: string): string {
  return table.replaceAll(/ (?:[^|\n]|\\\|)* \|$/gm, '');
}

/** Name of the page → what is in it. */
async function pages(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}
