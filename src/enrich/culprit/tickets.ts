import type { Change } from './change.ts';

const TICKET = /\bT\d{4,}\b|(?<![\w&])#\d{2,}\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b/g;
/** Standards, encodings and algorithms are written like tickets. */
const NO_TICKET = /^(UTF|ISO|SHA|MD|RFC|CVE|HTTP|TLS|SSL|UTC|GMT|AES|RSA|IEEE|ECMA|ES|PEP|IPV)-/;

/** Whether a change names a ticket (`T12345`, `#123`, `SHOP-12`) that the symptom names too. */
export function sharesTicket(symptom: string, { subject, body }: Pick<Change, 'subject' | 'body'>): boolean {
  const asked = ticketsIn(symptom);
  return asked.size > 0 && [...ticketsIn(`${subject}\n${body}`)].some((ticket) => asked.has(ticket));
}

function ticketsIn(text: string): Set<string> {
  return new Set((text.match(TICKET) ?? []).filter((ticket) => !NO_TICKET.test(ticket)));
}
