// What a page of another site tries on an inspector; runs inside of that page, so it stands alone.
// Each attempt says what it has learnt ('' is nothing): an answer, a text, or that something loaded.
export async function attacks({ target, assets = [], alien = false }) {
  const found = [];
  const texts = (name, learnt) => found.push([name, learnt ? String(learnt).slice(0, 200) : '']);
  /** The first frame after `ms`: the end of what never answers. */
  const drawnAfter = (ms) =>
    new Promise((resolve) => {
      const end = performance.now() + ms;
      const frame = (now) => (now > end ? resolve('') : requestAnimationFrame(frame));
      requestAnimationFrame(frame);
    });
  const soon = (promise) => Promise.race([promise, drawnAfter(4000)]);
  const attempt = async (name, work) => {
    try {
      texts(name, await soon(work()));
    } catch {
      texts(name, '');
    }
  };
  const HAR = JSON.stringify({
    log: {
      version: '1.2',
      creator: { name: 'x', version: '1' },
      entries: [{
        startedDateTime: '2026-01-01T00:00:00Z', time: 1, cache: {}, timings: {},
        request: { method: 'POST', url: 'http://a/b', httpVersion: 'HTTP/1.1', headers: [], cookies: [], queryString: [], headersSize: -1, bodySize: 2, postData: { mimeType: 'text/plain', text: 'hi' } },
        response: { status: 200, statusText: 'OK', httpVersion: 'HTTP/1.1', headers: [], cookies: [], content: { size: 0, mimeType: '' }, redirectURL: '', headersSize: -1, bodySize: 0 },
      }],
    },
  });
  const readings = ['/', '/api/session', '/api/status', '/api/exchanges', '/api/exchanges/1',
    '/api/exchanges/1/request/body', '/api/exchanges/1/curl', '/api/export?kind=jsonl', ...assets];
  const changes = [
    ['/api/exchanges/1/marks', '{"pinned":true,"note":"not by the user"}'],
    ['/api/exchanges/1/replay', '{}'],
    ['/api/exchanges/delete', '{"q":""}'],
    ['/api/exchanges/delete', '{"ids":["1"]}'],
    ['/api/pending', '{"decision":"drop","id":null}'],
    ['/api/pending', '{"decision":"retry","id":null}'],
    ['/api/undo', '{"undo":"1"}'],
    ['/api/import', HAR],
    ['/api/doctor', '{}'],
    ['/api/session', '{"key":"wrong"}'],
  ];

  // --- fetch and what is like it ---
  const fetched = (init) => async (path) => {
    const answer = await fetch(target + path, { credentials: 'include', cache: 'no-store', ...init });
    return `${answer.type} ${answer.status} ${(await answer.text()).slice(0, 80)}`;
  };
  await Promise.all(readings.flatMap((path) => [
    attempt(`fetch cors ${path}`, () => fetched({ mode: 'cors' })(path)),
    attempt(`fetch no-cors ${path}`, () => fetched({ mode: 'no-cors' })(path)),
    attempt(`fetch with a preflight ${path}`, () => fetched({ mode: 'cors', headers: { 'Hookline-Token': 'x' } })(path)),
  ]));
  await attempt('XMLHttpRequest', () => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', `${target}/api/exchanges`);
    request.withCredentials = true;
    request.onloadend = () => resolve(request.responseText || request.status || '');
    request.send();
  }));
  const multipart = () => {
    const form = new FormData();
    form.append('decision', 'drop');
    return form;
  };
  await Promise.all(changes.flatMap(([path, body]) => [
    attempt(`post text/plain ${path}`, () => fetched({ method: 'POST', mode: 'no-cors', body })(path)),
    attempt(`post urlencoded ${path}`, () => fetched({ method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) })(path)),
    attempt(`post multipart ${path}`, () => fetched({ method: 'POST', mode: 'no-cors', body: multipart() })(path)),
    attempt(`post without a type ${path}`, () => fetched({ method: 'POST', mode: 'no-cors', body: new Blob([body]) })(path)),
    attempt(`post a JSON blob ${path}`, () => fetched({ method: 'POST', mode: 'no-cors', body: new Blob([body], { type: 'application/json' }) })(path)),
    attempt(`post JSON ${path}`, () => fetched({ method: 'POST', mode: 'cors', body, headers: { 'Content-Type': 'application/json', 'Hookline-Token': 'x' } })(path)),
    ...['DELETE', 'PUT', 'PATCH'].map((method) =>
      attempt(`${method} ${path}`, () => fetched({ method, mode: 'cors', body, headers: { 'Content-Type': 'application/json' } })(path))),
  ]));
  for (const [path, body] of changes)
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded'])
      try {
        navigator.sendBeacon(target + path, new Blob([body], { type }));
      } catch {
        // A browser that refuses is one that does not send.
      }

  // --- streams ---
  await attempt('EventSource', () => new Promise((resolve) => {
    const source = new EventSource(`${target}/api/stream`, { withCredentials: true });
    source.onopen = () => resolve('open');
    source.onmessage = (event) => resolve(event.data);
    source.addEventListener('status', (event) => resolve(event.data));
    source.onerror = () => {
      source.close();
      resolve('');
    };
  }));
  await attempt('WebSocket', () => new Promise((resolve) => {
    const socket = new WebSocket(`${target.replace('http', 'ws')}/api/stream`);
    socket.onopen = () => resolve('open');
    socket.onerror = () => resolve('');
  }));

  // --- elements; a script's JSON might be caught on its way ---
  const caught = [];
  Object.defineProperty(Object.prototype, 'items', { configurable: true, set: (value) => caught.push(value) });
  Object.defineProperty(Object.prototype, 'token', { configurable: true, set: (value) => caught.push(value) });
  const element = (tag, attribute, path, more = {}) => attempt(`<${tag}> ${path}`, () => new Promise((resolve) => {
    const node = Object.assign(document.createElement(tag), more);
    node.onload = () => resolve('loaded');
    node.onloadedmetadata = () => resolve('loaded');
    node.onerror = () => resolve('');
    node[attribute] = target + path;
    document.body.append(node);
  }));
  await Promise.all(readings.flatMap((path) => [
    element('img', 'src', path),
    element('script', 'src', path),
    element('script', 'src', path, { type: 'module' }),
    element('link', 'href', path, { rel: 'stylesheet' }),
    element('video', 'src', path),
    attempt(`import ${path}`, async () => JSON.stringify(await import(target + path))),
  ]));
  await Promise.all(changes.map(([path]) => element('img', 'src', path)));
  delete Object.prototype.items;
  delete Object.prototype.token;
  texts('JSON as a script', caught.length > 0 ? JSON.stringify(caught) : '');
  const sheets = [...document.styleSheets].filter((sheet) => sheet.href?.startsWith(target));
  for (const sheet of sheets)
    await attempt('rules of a style sheet', async () => {
      const rules = [...sheet.cssRules];
      return rules.map((rule) => rule.cssText).join(' ');
    });
  await attempt('worker', async () => {
    const code = `try { importScripts('${target}${assets[0]}'); postMessage('loaded'); } catch { postMessage(''); }`;
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    return new Promise((resolve) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = () => resolve('');
    });
  });

  // --- forms, into frames ---
  const posted = (path, body, enctype, method = 'POST') => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = `f${Math.random()}`;
    document.body.append(frame);
    const form = Object.assign(document.createElement('form'), {
      action: target + path, method, enctype, target: frame.name,
    });
    // With text/plain `name=value` is the body: the sign is put where JSON does not mind it.
    const field = Object.assign(document.createElement('input'), {
      name: enctype === 'text/plain' ? body.replace(/}$/, ',"pad":"') : 'body',
      value: enctype === 'text/plain' ? '"}' : body,
    });
    form.append(field);
    document.body.append(form);
    frame.onload = () => resolve('');
    form.submit();
  });
  await Promise.all(changes.flatMap(([path, body]) =>
    ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'].flatMap((enctype) => [
      soon(posted(path, body, enctype)),
      ...(enctype === 'text/plain' ? [soon(posted(path, body, enctype, 'GET'))] : []),
    ])));

  // --- frames and windows ---
  const framed = (tag, attribute, path) => attempt(`<${tag}> ${path}`, () => new Promise((resolve) => {
    const node = document.createElement(tag);
    // Not ours: how many frames it has may still be counted.
    const read = () => {
      const inside = node.contentDocument;
      if (inside) return resolve(inside.URL.startsWith('http') ? inside.documentElement.outerHTML : '');
      resolve(node.contentWindow?.length || '');
    };
    node.onload = read;
    node.onerror = () => resolve('');
    node[attribute] = target + path;
    document.body.append(node);
  }));
  await Promise.all(['/', '/x/1/events', '/api/exchanges', '/#key=x'].flatMap((path) => [
    framed('iframe', 'src', path),
    framed('embed', 'src', path),
    framed('object', 'data', path),
  ]));
  if (!alien)
    await attempt('window.open', async () => {
      const opened = open(`${target}/`, '_blank');
      if (!opened) return '';
      for (const message of ['*', { type: 'status' }, { key: 'x' }]) opened.postMessage(message, '*');
      // Until the other document is there, an empty one of ours is.
      const end = Date.now() + 3500;
      while (!opened.closed && Date.now() < end) {
        try {
          if (opened.location.href !== 'about:blank') return opened.document.body.innerText;
        } catch {
          if (opened.length > 0) return `${opened.length} frames`;
        }
        await new Promise(requestAnimationFrame);
      }
      return '';
    });
  await attempt('what the network panel of the page knows', async () =>
    performance.getEntriesByType('resource')
      .filter((entry) => entry.name.startsWith(target) && (entry.decodedBodySize > 0 || entry.responseStatus > 0))
      .map((entry) => `${entry.name} ${entry.responseStatus} ${entry.decodedBodySize}`)
      .join(', '));
  return found;
}
