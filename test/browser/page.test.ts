/** A worker in a real web page, on another origin than the fixture. `npm run test:browser`. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createEchoSts, type EchoStsOptions } from 'echo-sts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from './chromium.js';
import { serve, type WebServer } from './web-server.js';

/** What of an `<audio>` element is looked at: the types of the DOM are no part of this project. */
interface Player {
  readonly src: string;
  readonly currentTime: number;
}
declare const OfflineAudioContext: new (
  channels: number,
  length: number,
  rate: number,
) => { decodeAudioData(audio: ArrayBuffer): Promise<{ readonly duration: number }> };

const SPEECH = [0, 1].map((n) => fileURLToPath(new URL(`../../examples/audio/speech-0${n}.m4a`, import.meta.url)));
const chromium = findChromium();

if (chromium === undefined) {
  const hint = 'install one (apt-get install chromium) or say in CHROMIUM where it is';
  if (process.env['CI']) throw new Error(`The browser test needs a Chromium, and there is none: ${hint}.`);
  process.stderr.write(`\n*** THE BROWSER TEST IS SKIPPED: there is no Chromium on this machine; ${hint}. ***\n\n`);
}

describe.skipIf(chromium === undefined)('a page on another origin', () => {
  let browser: Browser;
  let web: WebServer;
  beforeAll(async () => {
    browser = await launch(chromium ?? '');
    web = await serve();
  }, 60_000);
  afterAll(async () => {
    await web.close();
    await browser.close();
  });

  it.each([
    ['polling and websocket, as the client is by itself', undefined, true],
    ['websocket alone, let in by name', 'websocket', undefined],
  ])('streams files from disk by %s, and plays what comes back', async (_, transports, isAnybody) => {
    await using visit = await open({ cors: isAnybody ?? [web.origin], timeline: { audio: true } }, transports);
    const { sts, page, complaints } = visit;
    await page.setInputFiles('input', SPEECH);
    await sts.waitForSession({ streamId: 'browser', state: 'completed' });
    await page.getByText('stream:complete 2').waitFor();

    const files = await Promise.all(SPEECH.map((file) => readFile(file, 'base64')));
    expect(sts.timeline({ event: 'fragment:data' }).map(({ payload }) => payload.audio?.data_base64)).toEqual(files);
    const players = page.locator('audio');
    await players.nth(files.length - 1).waitFor();
    expect(await players.evaluateAll(heldAudio)).toEqual(files);
    expect(await players.evaluateAll(decodedSeconds)).toEqual(files.map(() => expect.closeTo(6, 0)));
    const playedSeconds = () => players.first().evaluate(({ currentTime }: Player) => currentTime);
    await expect.poll(playedSeconds, { timeout: 10_000 }).toBeGreaterThan(0.2);
    expect(sts.violations()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('without `cors` is refused by the browser while it polls', async () => {
    await using visit = await open({});
    await visit.page.getByText('connect_error xhr poll error').first().waitFor();
    expect(visit.complaints.join('\n')).toContain('has been blocked by CORS policy');
    expect(visit.sts.connections).toBe(0);
  });

  /** The page, with what its console complains about. */
  async function open(options: EchoStsOptions, transports?: string) {
    const sts = await createEchoSts(options);
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    const query = new URLSearchParams({ sts: sts.url, ...(transports !== undefined && { transports }) });
    await page.goto(`${web.origin}/index.html?${query}`);
    const close = async () => {
      await page.close();
      await sts.close();
    };
    return { sts, page, complaints, [Symbol.asyncDispose]: close };
  }
});

function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
}

/** In the page: what the players hold, as base64. */
function heldAudio(players: readonly Player[]): Promise<string[]> {
  const asBase64 = async ({ src }: Player) => {
    const bytes = new Uint8Array(await (await fetch(src)).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  };
  return Promise.all(players.map(asBase64));
}

/** In the page: how long what the players hold is once decoded. */
function decodedSeconds(players: readonly Player[]): Promise<number[]> {
  const seconds = async ({ src }: Player) => {
    const audio = await (await fetch(src)).arrayBuffer();
    return (await new OfflineAudioContext(2, 1, 48_000).decodeAudioData(audio)).duration;
  };
  return Promise.all(players.map(seconds));
}
