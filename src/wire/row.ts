/** One event that a worker may send: the shape of its payload, the reply to it, and the input that it becomes. */

import * as v from 'valibot';
import { fieldMeantBy } from '../checks/spelling.js';
import type { Message, StreamInput } from '../core/protocol.js';
import type { TestEventAnswer } from '../core/test-event.js';

/** What is wrong with one field of a payload (PROTOCOL §6.14). */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** One event. */
export interface EventRow<Schema extends v.GenericSchema = v.GenericSchema> {
  /** The schema of its payload; extra fields are tolerated (PROTOCOL §2). */
  readonly schema: Schema;
  /** The effect that is the direct reply, for a Socket.IO acknowledgement (PROTOCOL §6.12). */
  readonly answeredBy?: Message['kind'];
  /** Maximum decoded size of `audio.data_base64`; absent if the event carries no audio. */
  readonly maxAudioBytes?: number;
  /** Returns the reply to an invalid payload. Defaults to an `error` event. */
  readonly reject?: (message: string) => TestEventAnswer;
  readonly parse: (payload: unknown, checksAudio: boolean) => StreamInput | readonly Issue[];
}

/** The payload of each event of a table. */
export type PayloadsOf<Table extends Readonly<Record<string, EventRow>>> = {
  [Event in keyof Table]: v.InferInput<Table[Event]['schema']>;
};

/** Ties a schema to the input that its output becomes. */
export function eventRow<const Schema extends v.GenericSchema>(definition: {
  readonly schema: Schema;
  readonly answeredBy?: Message['kind'];
  readonly maxAudioBytes?: number;
  readonly reject?: (message: string) => TestEventAnswer;
  /** `payload` is the payload as received; `fields` is a checked copy with only the keys that §2 lists. */
  readonly toInput: (fields: v.InferOutput<Schema>, payload: v.InferInput<Schema>, checksAudio: boolean) => StreamInput;
}): EventRow<Schema> {
  const { toInput, ...facts } = definition;
  const { schema } = facts;
  const parse = (payload: unknown, checksAudio: boolean) => {
    const result = v.safeParse(schema, payload);
    return result.success
      ? toInput(result.output, payload as v.InferInput<Schema>, checksAudio)
      : result.issues.map((issue) => toIssue(issue, payload));
  };
  return { ...facts, parse };
}

function toIssue(issue: v.BaseIssue<unknown>, payload: unknown): Issue {
  const path = v.getDotPath(issue) ?? 'payload';
  const near = issue.input === undefined ? fieldMeantBy(path, payload) : undefined;
  return { path, message: `${issue.message}${near === undefined ? '' : `; there is \`${near}\``}` };
}
