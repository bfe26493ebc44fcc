// What is entered in a message or view: lists of strings by block id and action id.

export const fieldsOf = (container) => [...container.querySelectorAll('[data-field]')];

const isChoice = (field) => field.type === 'checkbox' || field.type === 'radio';

function valuesOf(field) {
  if (isChoice(field)) return field.checked ? [field.value] : [];
  return field.value === '' ? [] : [field.value];
}

export function collect(container) {
  const entered = {};
  for (const field of fieldsOf(container)) {
    const { block, action } = field.dataset;
    entered[block] ??= {};
    entered[block][action] = [...(entered[block][action] ?? []), ...valuesOf(field)];
  }
  return entered;
}

/** Puts back what was entered after the server has drawn the container anew. */
export function restore(container, entered) {
  for (const field of fieldsOf(container)) {
    const values = entered[field.dataset.block]?.[field.dataset.action];
    if (!values) continue;
    if (isChoice(field)) field.checked = values.includes(field.value);
    else if (values.length > 0 || field.tagName === 'SELECT') field.value = values[0] ?? '';
  }
}

/** The values that pressing this element stands for. */
export function chosenOf(element, container) {
  if (element.dataset.chosen !== undefined) return [element.dataset.chosen];
  if (!element.hasAttribute('data-field')) return [];
  return collect(container)[element.dataset.block]?.[element.dataset.action] ?? [];
}
