/**
 * Ties a type that is written by hand to the schema that checks its values. For the compiler alone: nothing of it is left
 * in the build. The statement below compiles only as long as both say the same.
 *
 * @example
 * true satisfies Same<RefuseOptions, v.InferInput<typeof refuseOptions>>;
 */

/**
 * `true`, or what differs. Three things are not compared: `readonly`, which no schema sees; `undefined` in place of an
 * optional field that is absent, which every schema takes, for it is how JavaScript leaves a field out; and a field that is
 * declared as `never`, which a closed schema refuses by not naming it.
 */
export type Same<Declared, Checked> =
  Equal<Plain<Declared>, Plain<Checked>> extends true
    ? true
    : {
        // Inline, or the compiler would show the name of this type in place of those of the fields.
        readonly differ: {
          [Key in keyof Plain<Declared> | keyof Plain<Checked> as Equal<
            Only<Plain<Declared>, Key>,
            Only<Plain<Checked>, Key>
          > extends true
            ? never
            : Key]: 'differs';
        };
      };

/**
 * A union of objects as one object: every field of any of them, optional unless all of them require it. So a union whose members
 * say which fields go together is compared with a schema that knows all fields and checks that by itself.
 */
export type Merged<Union> = {
  [Key in KeyOf<Union> as undefined extends InAny<Union, Key> ? never : Key]: InAny<Union, Key>;
} & {
  [Key in KeyOf<Union> as undefined extends InAny<Union, Key> ? Key : never]?: Exclude<InAny<Union, Key>, undefined>;
};

type KeyOf<Union> = Union extends unknown ? keyof Union : never;

/** What a field is in any member of the union; undefined where it may be absent. */
type InAny<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : undefined) : never;

/** Whether one type may stand for the other in every place: more than that each is assignable to the other. */
type Equal<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2 ? true : false;

type Plain<Type> = Type extends string | number | boolean | bigint | symbol | null | undefined
  ? Type
  : Type extends (...args: never[]) => unknown
    ? Type
    : Type extends readonly (infer Item)[]
      ? Plain<Item>[]
      : Type extends object
        ? { -readonly [Key in keyof Type as IsNever<Type, Key> extends true ? never : Key]: Plain<Given<Type, Key>> }
        : Type;

/** What a field is where it is there. */
type Given<Type, Key extends keyof Type> =
  Record<never, never> extends Pick<Type, Key> ? Exclude<Type[Key], undefined> : Type[Key];

type IsNever<Type, Key extends keyof Type> = [Given<Type, Key>] extends [never] ? true : false;

/** That field alone, optional or not; nothing where there is no such field. */
type Only<Type, Key> = Key extends keyof Type ? Pick<Type, Key> : never;
