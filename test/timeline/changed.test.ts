/** What a listener is told of the past of a participant that has become one it listens for. */

import { describe, expect, it } from 'vitest';
import type { Participant } from '../../src/timeline/stored-entry.js';
import { Timeline } from '../../src/timeline/timeline.js';

const nameless = (sessionId: string) => ({ sessionId, streamId: '' });
const named = (participant: Participant | undefined) => participant?.streamId === 'stream-1';

/** A timeline on which two sessions without a name, and who may say something, listen or get a name. */
function begin(limit = 10) {
  const timeline = new Timeline({ limit, audio: false });
  const [one, other] = [nameless('session-1'), nameless('session-2')];
  const say = (participant: Participant) => timeline.record('in', 'unknown', {}, 0, participant);
  const listen = (isMeant?: (participant: Participant | undefined) => boolean) => {
    const numbers: number[] = [];
    timeline.listen(({ n }) => numbers.push(n), isMeant);
    return numbers;
  };
  /** As when its `stream:init` has been dealt with. */
  const name = (participant: { streamId: string }, streamId = 'stream-1') => {
    const former = { ...participant } as Participant;
    participant.streamId = streamId;
    timeline.changed(participant as Participant, former);
  };
  return { timeline, one, other, say, listen, name };
}

describe('when a session gets its name, who listens for that name', () => {
  it('is told at once of all that it has said and been told, in order, and of nobody else', () => {
    const { timeline, one, other, say, listen, name } = begin();
    const heard = listen(named);
    for (const participant of [one, other, one, other, one]) say(participant);
    timeline.tell();
    expect(heard).toEqual([]);
    name(one);
    expect(heard).toEqual([1, 3, 5]);
    name(other, 'stream-2');
    expect(heard).toEqual([1, 3, 5]);
  });

  it('is told of each entry once: of those that nobody has been told of, with the others', () => {
    const { timeline, one, other, say, listen, name } = begin();
    const heard = listen(named);
    for (const participant of [one, other]) say(participant);
    timeline.tell();
    for (const participant of [one, one]) say(participant);
    name(one);
    expect(heard).toEqual([1]);
    timeline.tell();
    expect(heard).toEqual([1, 3, 4]);
  });

  it('is told of what was said before it listened, too, and sees it under the new name', () => {
    const { timeline, one, say, name } = begin();
    say(one);
    timeline.tell();
    const heard: [number, string][] = [];
    timeline.listen(({ n, streamId }) => heard.push([n, streamId]), named);
    name(one);
    expect(heard).toEqual([[1, 'stream-1']]);
  });

  it('is told of what is still there alone', () => {
    const { timeline, one, say, listen, name } = begin(2);
    const heard = listen(named);
    for (const participant of [one, one, one]) say(participant);
    timeline.tell();
    name(one);
    expect(heard).toEqual([2, 3]);
  });

  it('is told of nothing again when it listened for what the session was before', () => {
    const { timeline, one, say, listen, name } = begin();
    const [all, unnamed] = [listen(), listen((participant) => participant?.streamId === '')];
    say(one);
    timeline.tell();
    name(one);
    expect([all, unnamed]).toEqual([[1], [1]]);
    say(one);
    timeline.tell();
    expect([all, unnamed]).toEqual([[1, 2], [1]]);
  });
});
