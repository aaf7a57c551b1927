// Machines as one types or pastes them: a line each, the name and then the address, with a port if it is not 22.

export interface MachineLine {
  name: string;
  address: string;
  port: number;
}

export interface ReadLines {
  machines: MachineLine[];
  /** What cannot be read, by the number of its line. */
  wrong: { line: number; why: string }[];
}

const SSH_PORT = 22;

export function readMachineLines(text: string): ReadLines {
  const read: ReadLines = { machines: [], wrong: [] };
  const names = new Set<string>();
  for (const [at, raw] of text.split('\n').entries()) {
    const words = raw.trim().split(/[\s,;]+/).filter((word) => word !== '');
    if (words.length === 0) continue;
    const machine = machineOf(words);
    const why = typeof machine === 'string' ? machine : names.has(machine.name.toLowerCase()) ? `${machine.name} stands here twice` : undefined;
    if (typeof machine === 'string' || why !== undefined) {
      read.wrong.push({ line: at + 1, why: why ?? '' });
      continue;
    }
    names.add(machine.name.toLowerCase());
    read.machines.push(machine);
  }
  return read;
}

function machineOf(words: readonly string[]): MachineLine | string {
  const [name = '', place = '', given, ...more] = words;
  if (place === '') return 'its address is missing';
  if (more.length > 0) return 'a name, an address and a port are all that a line has';
  // What has several colons is an IPv6 address, whose port stands behind brackets or as a word of its own.
  const parts = /^\[([^\]]+)\](?::(\d+))?$/.exec(place) ?? /^([^:]+):(\d+)$/.exec(place);
  const address = parts?.[1] ?? place;
  const port = Number(given ?? parts?.[2] ?? SSH_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'the port is a number from 1 to 65535';
  return { name, address, port };
}

/** The line again, as it would be typed. */
export function lineOf({ name, address, port }: MachineLine): string {
  return port === SSH_PORT ? `${name} ${address}` : `${name} ${address} ${port}`;
}
