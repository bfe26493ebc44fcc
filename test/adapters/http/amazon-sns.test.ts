import { describe, expect, it } from 'vitest';
import { amazonSns } from '../../../src/adapters/http/amazon-sns.ts';

const CERTIFICATE = new URL(
  'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
);

type Asked = { url: string; redirect: string | undefined; bounded: boolean };

/** A stand-in for the network, and what was asked of it. */
function network(answer: () => Response | Promise<Response>) {
  const asked: Asked[] = [];
  const send = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    asked.push({
      url: input instanceof URL ? input.href : String(input),
      redirect: init?.redirect,
      bounded: init?.signal instanceof AbortSignal,
    });
    return answer();
  };
  return { asked, send };
}

describe('amazonSns', () => {
  it('asks for a certificate once, in a bounded time and without following redirects', async () => {
    const { asked, send } = network(() => new Response('PEM'));
    const sns = amazonSns(send);
    expect(await Promise.all([sns.certificate(CERTIFICATE), sns.certificate(CERTIFICATE)])).toEqual([
      'PEM',
      'PEM',
    ]);
    expect(await sns.certificate(CERTIFICATE)).toBe('PEM');
    expect(asked).toEqual([{ url: CERTIFICATE.href, redirect: 'error', bounded: true }]);
  });

  it('does not keep a failure', async () => {
    let status = 500;
    const { send } = network(() => new Response('PEM', { status }));
    const sns = amazonSns(send);
    await expect(sns.certificate(CERTIFICATE)).rejects.toThrow('500');
    status = 200;
    expect(await sns.certificate(CERTIFICATE)).toBe('PEM');
  });

  it('reads no more than a certificate can have', async () => {
    let given = 0;
    const endless = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            given += 1;
            controller.enqueue(new Uint8Array(10_000));
          },
        }),
      );
    await expect(amazonSns(network(endless).send).certificate(CERTIFICATE)).rejects.toThrow(
      'more than it should',
    );
    expect(given).toBeLessThan(20);
  });

  it('asks only some things at once', async () => {
    const gate = Promise.withResolvers<Response>();
    const { asked, send } = network(() => gate.promise.then((answer) => answer.clone()));
    const sns = amazonSns(send);
    const all = Array.from({ length: 10 }, (_, i) =>
      sns.confirm(new URL(`https://sns.eu-west-1.amazonaws.com/?${i}`)),
    );
    gate.resolve(new Response('ok'));
    const ended = await Promise.allSettled(all);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(asked).toHaveLength(4);
    await expect(sns.confirm(new URL('https://sns.eu-west-1.amazonaws.com/?x'))).resolves.toBeUndefined();
  });

  it('keeps a bounded number of certificates', async () => {
    const { asked, send } = network(() => new Response('PEM'));
    const sns = amazonSns(send);
    const address = (i: number) => new URL(`${CERTIFICATE.href}${i}`);
    for (let i = 0; i < 40; i += 1) await sns.certificate(address(i));
    await sns.certificate(address(39));
    expect(asked).toHaveLength(40);
    await sns.certificate(address(0));
    expect(asked).toHaveLength(41);
  });
});
