/** A web page on another origin tries to steer a fixture whose control needs no token. `npm run test:browser`. */

import { createEchoSts, type EchoSts } from 'echo-sts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launch } from './chromium.js';
import { serve, type WebServer } from './web-server.js';

const chromium = findChromium();
const CALL = '42/control,0["call",{"number":1,"on":"fixture","name":"setDelay","args":[60000],"seen":[]}]';
const JOIN = '40/control,{"version":1,"client":"page"}';

/** What a page can do: each resolves with what it has learned, and never rejects. */
const ATTEMPTS: Readonly<Record<string, (base: string) => string>> = {
  'a script, as JSONP': (base) => `new Promise((resolve) => {
    window.___eio = [resolve];
    const script = document.createElement('script');
    script.onload = () => resolve('loaded');
    script.onerror = () => resolve('refused');
    script.src = ${JSON.stringify(`${base}&transport=polling&j=0`)};
    document.head.append(script);
  })`,
  'a request that is to be read': (base) =>
    `fetch(${JSON.stringify(`${base}&transport=polling`)}).then((it) => it.text(), () => 'refused')`,
  'a websocket': (base) => `new Promise((resolve) => {
    const socket = new WebSocket(${JSON.stringify(`${base.replace('http', 'ws')}&transport=websocket`)});
    socket.onmessage = ({ data }) => resolve(data);
    socket.onerror = () => resolve('refused');
  })`,
};

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

  it.each(Object.keys(ATTEMPTS))('learns nothing of control by %s', async (attempt) => {
    await using visit = await open();
    const learned = await visit.page.evaluate(ATTEMPTS[attempt]?.(`${visit.sts.url}/control/?EIO=4`) ?? '');
    expect(learned).toBe('refused');
  });

  it('cannot join or call by a form, even in a session whose id it knows', async () => {
    await using visit = await open();
    const { sts, page } = visit;
    const poll = `${sts.url}/control/?EIO=4&transport=polling`;
    const { sid }: { sid: string } = JSON.parse((await (await fetch(poll)).text()).slice(1));
    await page.evaluate(`document.body.innerHTML = '<iframe name="frame"></iframe>'`);
    for (const packet of [JOIN, CALL]) {
      const answer = page.waitForResponse((response) => response.url().includes(sid));
      await page.evaluate(`{
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', target: 'frame', enctype: 'text/plain', action: ${JSON.stringify(`${poll}&sid=${sid}`)} });
        const field = document.createElement('input');
        Object.assign(field, { name: ${JSON.stringify(packet)}, value: '' });
        form.append(field);
        document.body.append(form);
        form.submit();
      }`);
      expect((await answer).status()).toBe(403);
    }
    expect(await (await fetch(`${poll}&sid=${sid}`, { method: 'POST', body: JOIN })).text()).toBe('ok');
    expect(await (await fetch(`${poll}&sid=${sid}`)).text()).toMatch(/^40\/control,/);
  });

  /** The page, and a fixture with a control that asks for no token. */
  async function open(): Promise<{ sts: EchoSts; page: Page } & AsyncDisposable> {
    const sts = await createEchoSts({ control: true, cors: true });
    const page = await browser.newPage();
    await page.goto(`${web.origin}/index.html`);
    const close = async () => {
      await page.close();
      await sts.close();
    };
    return { sts, page, [Symbol.asyncDispose]: close };
  }
});
