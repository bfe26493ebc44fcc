/** Details that a PostgreSQL error may bring; everything else in it can hold row contents and is left out. */
export interface ErrorDetails {
  code: string;
  constraint?: string | undefined;
  statement?: string | undefined;
}

/**
 * A failed query or connection. It carries what finds the mistake and nothing that came in as a value:
 * drivers attach parameters, row contents and connection strings to their errors, and errors are logged.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** SQLSTATE; 08006 where the database could not be reached at all. */
  readonly code: string;
  /** The violated constraint, if one was. */
  readonly constraint: string | undefined;
  /** First line of the SQL text, shortened. */
  readonly statement: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message);
    this.code = details.code;
    this.constraint = details.constraint;
    this.statement = firstLine(details.statement);
  }
}

/** SQLSTATE connection_failure, also used for what the network layer reports in codes of its own. */
export const CONNECTION_LOST = '08006';

const UNAVAILABLE = new Set([
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
]);

/** True when the database is lost or busy restarting and trying later makes sense; false for a wrong query. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return error.code.startsWith('08') || UNAVAILABLE.has(error.code);
}

/** True when the server ended this transaction to let another one go on; running it again makes sense at once. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '40P01';
}

interface ReportedError {
  message: string;
  code?: string | undefined;
  constraint?: string | undefined;
}

/** The error a PostgreSQL server reported, without what may hold values. */
export function reportedError(error: ReportedError, statement?: string): DatabaseError {
  const code = error.code ?? 'XX000';
  return new DatabaseError(withoutValues(code, error.message), {
    code,
    constraint: error.constraint,
    statement,
  });
}

/** The error of a connection that could not be made or broke. */
export function connectionError(reason: string, statement?: string): DatabaseError {
  return new DatabaseError(
    `The database cannot be reached: ${reason}. Check that it runs and that DATABASE_URL is right.`,
    { code: CONNECTION_LOST, statement },
  );
}

// Class 22, data exceptions, is the one that repeats the offending value in its message, always in
// double quotes: invalid input syntax for type integer: "…".
function withoutValues(code: string, message: string): string {
  return code.startsWith('22') ? message.replace(/"[^]*"/, '"…"') : message;
}

function firstLine(statement: string | undefined): string | undefined {
  const line = statement?.trim().split('\n', 1)[0];
  return line !== undefined && line.length > 120 ? `${line.slice(0, 120)}…` : line;
}
