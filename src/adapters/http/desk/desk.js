// Whatever comes from the server is set as text, never as markup.
const who = document.querySelector('#who');
const said = document.querySelector('#said');
const waiting = document.querySelector('#waiting');
const template = document.querySelector('#proposal');

who.addEventListener('submit', (event) => {
  event.preventDefault();
  void show();
});

async function show() {
  const answered = await ask({ do: 'list' });
  if (!answered) return;
  waiting.replaceChildren(...answered.waiting.map(articleOf));
  const { length } = answered.waiting;
  say(length === 0 ? 'Nothing waits for an approval.' : `${length} waiting.`);
}

function articleOf(proposal) {
  const article = template.content.cloneNode(true).firstElementChild;
  const [typed, reason] = article.querySelectorAll('input');
  article.querySelector('h2').textContent = proposal.title;
  article.querySelector('.incident').textContent = `INC-${proposal.incidentId}`;
  article.querySelector('pre').textContent = proposal.card;
  article.querySelector('.digest').textContent = `Digest: ${proposal.digest}`;
  if (proposal.typeThis !== null) {
    article.querySelector('.typed').hidden = false;
    article.querySelector('.typed span').textContent = `To approve, type ${proposal.typeThis}`;
  }
  const { id: proposalId, digest } = proposal;
  article.querySelector('.approve').addEventListener('click', () =>
    decide(article, {
      do: 'approve',
      proposalId,
      digest,
      ...(proposal.typeThis === null ? {} : { typed: typed.value }),
    }),
  );
  article
    .querySelector('.reject')
    .addEventListener('click', () => decide(article, { do: 'reject', proposalId, reason: reason.value }));
  return article;
}

async function decide(article, asked) {
  for (const button of article.querySelectorAll('button')) button.disabled = true;
  const answered = await ask(asked);
  if (answered) say(answered.text, !answered.ok);
  // The other cards stay as they are, with what somebody may be typing there.
  if (answered?.ok) for (const part of article.querySelectorAll('label, .buttons')) part.remove();
  else for (const button of article.querySelectorAll('button')) button.disabled = false;
}

/** What Sitrep answered; null where it did not, and the page says why. */
async function ask(asked) {
  const [as, key] = ['as', 'key'].map((name) => who.elements.namedItem(name).value);
  try {
    const response = await fetch('/desk', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, as }),
    });
    const answered = await response.json();
    if (response.ok) return answered;
    say(`${answered.error}. ${answered.fix}`, true);
  } catch {
    say('Sitrep does not answer. Is it running?', true);
  }
  return null;
}

function say(text, isTrouble = false) {
  said.hidden = false;
  said.textContent = text;
  said.classList.toggle('trouble', isTrouble);
}
