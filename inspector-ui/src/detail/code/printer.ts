/* Pretty printing, at once for small bodies and in a worker for big ones. */
import { type Line, prettyJson } from './pretty';

const WORKER_ABOVE = 1024 * 1024;

type Answer = { lines: Line[]; last: boolean } | { offset: number };

function inWorker(text: string, signal: AbortSignal): Promise<Line[] | null> {
  const worker = new Worker(new URL('./print.worker.ts', import.meta.url), { type: 'module' });
  const all: Line[] = [];
  return new Promise<Line[] | null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null));
    worker.onerror = () => resolve(null);
    worker.onmessage = (event: MessageEvent<Answer>) => {
      if ('offset' in event.data) return resolve(null);
      for (const line of event.data.lines) all.push(line);
      if (event.data.last) resolve(all);
    };
    worker.postMessage(text);
  }).finally(() => worker.terminate());
}

/** null: it is no JSON, or nobody waits for it any more. */
export function print(text: string, signal: AbortSignal): Line[] | null | Promise<Line[] | null> {
  if (text.length > WORKER_ABOVE) return inWorker(text, signal);
  const lines = prettyJson(text);
  return Array.isArray(lines) ? lines : null;
}
