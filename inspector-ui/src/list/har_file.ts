/* A HAR file that the user chose, as JSON. */
import { Problem } from '../api/client';

export async function readHar(file: Blob): Promise<Record<string, never>> {
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Problem({ code: 'not_json', status: 0, detail: 'the file is not JSON' });
  }
}
