/* Prints big bodies off the page's own thread; the lines come back piece by piece. */
import { prettyJson } from './pretty';

const LINES_PER_MESSAGE = 4000;

self.onmessage = (event: MessageEvent<string>): void => {
  const printed = prettyJson(event.data);
  if (!Array.isArray(printed)) {
    self.postMessage(printed);
    return;
  }
  for (let at = 0; at < printed.length; at += LINES_PER_MESSAGE) {
    const lines = printed.slice(at, at + LINES_PER_MESSAGE);
    self.postMessage({ lines, last: at + LINES_PER_MESSAGE >= printed.length });
  }
};
