/** A trouble that a test asks for; it applies to the next `times` calls of `method`. */
export interface Fault {
  method: string;
  kind: '429' | '500' | 'invalid-json' | 'timeout-before-executing' | 'timeout-after-executing';
  times: number;
  /** For 429: the value of Retry-After, default 1. */
  retryAfterSeconds?: number;
}

export interface FaultList {
  inject(fault: Fault): void;
  /** The fault to apply to this call of `method`, used up by asking. */
  take(method: string): Fault | undefined;
}

export function createFaultList(): FaultList {
  const faults: Fault[] = [];
  return {
    inject: (fault) => void faults.push({ ...fault }),
    take(method) {
      const fault = faults.find((entry) => entry.method === method && entry.times > 0);
      if (fault) fault.times -= 1;
      return fault;
    },
  };
}
