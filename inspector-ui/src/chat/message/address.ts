/* A web address in as few characters as still say what it is. */
import { oneLine } from '../../lib/recorded';

const LONG = 60;

export function shortAddress(address: string): string {
  let shown = address;
  try {
    const { host, pathname } = new URL(address);
    const file = pathname.split('/').at(-1) ?? '';
    shown = file === '' || `/${file}` === pathname ? `${host}${pathname}` : `${host}/…/${file}`;
  } catch {
    // Not an address: shown as it is.
  }
  const line = oneLine(shown);
  return line.length <= LONG ? line : `${line.slice(0, LONG)}…`;
}
