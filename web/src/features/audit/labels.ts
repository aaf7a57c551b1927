// A kind of event in words; a kind that this page has no words for says its code.
import { nouns } from './events';

export function codeWords(code: string): string {
  const [noun = '', verb = ''] = code.split('.');
  return nouns[noun]?.verbs[verb] ?? code;
}
