import { describe, expect, test } from 'vitest';
import { elementState, initialRaw, rawOfState } from '../../../../src/adapters/local/slack/element-state.ts';
import { findInputErrors } from '../../../../src/adapters/local/slack/input-errors.ts';

const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
const options = [option('a'), option('b')];

describe('the state of an element', () => {
  test.each([
    [{ type: 'plain_text_input' }, ['x'], { value: 'x' }],
    [{ type: 'static_select', options }, ['b'], { selected_option: option('b') }],
    [{ type: 'static_select', option_groups: [{ options }] }, ['a'], { selected_option: option('a') }],
    [{ type: 'radio_buttons', options }, ['nowhere'], { selected_option: null }],
    [{ type: 'checkboxes', options }, ['a', 'b'], { selected_options: options }],
    [{ type: 'multi_users_select' }, ['U1', 'U2'], { selected_users: ['U1', 'U2'] }],
    [{ type: 'users_select' }, [], { selected_user: null }],
    [{ type: 'datepicker' }, ['2030-01-02'], { selected_date: '2030-01-02' }],
    [{ type: 'timepicker' }, ['08:30'], { selected_time: '08:30' }],
  ])('%j with %j', (element, raw, state) => {
    expect(elementState(element, raw)).toEqual({ type: element.type, ...state });
  });

  test.each([
    [{ type: 'plain_text_input' }, ['x']],
    [{ type: 'rich_text_input' }, ['two words']],
    [{ type: 'static_select', options }, ['b']],
    [{ type: 'checkboxes', options }, ['a', 'b']],
    [{ type: 'datetimepicker' }, ['2030-01-02T08:30']],
  ])('comes back from the state: %j', (element, raw) => {
    expect(rawOfState(elementState(element, raw) ?? {})).toEqual(raw);
  });

  test('begins with the initial value', () => {
    expect(initialRaw({ type: 'static_select', options, initial_option: option('b') })).toEqual(['b']);
    expect(initialRaw({ type: 'multi_users_select', initial_users: ['U1'] })).toEqual(['U1']);
    expect(initialRaw({ type: 'plain_text_input' })).toEqual([]);
  });
});

describe('what Slack checks before a submission', () => {
  const errorsOf = (element: Record<string, unknown>, raw: string[], optional = false) => {
    const block = { type: 'input', block_id: 'b', optional, element: { action_id: 'a', ...element } };
    const state = elementState(block.element, raw) ?? {};
    return findInputErrors([block], { b: { a: state } })['b'];
  };
  const number = { type: 'number_input', is_decimal_allowed: false, min_value: '1', max_value: '5' };

  test.each([
    [{ type: 'plain_text_input' }, [], 'Please complete this required field.'],
    [{ type: 'checkboxes', options }, [], 'Please complete this required field.'],
    [{ type: 'plain_text_input', min_length: 3 }, ['ab'], 'Please enter at least 3 characters.'],
    [{ type: 'plain_text_input', max_length: 3 }, ['abcd'], 'Please enter at most 3 characters.'],
    [number, ['x'], 'Please enter a number.'],
    [number, ['1.5'], 'Please enter a whole number.'],
    [number, ['0'], 'Please enter 1 or more.'],
    [number, ['6'], 'Please enter 5 or less.'],
    [{ type: 'email_text_input' }, ['nobody'], 'Please enter an email address.'],
    [{ type: 'url_text_input' }, ['nowhere'], 'Please enter a URL.'],
    [number, ['5'], undefined],
  ])('%j with %j', (element, raw, message) => {
    expect(errorsOf(element, raw)).toBe(message);
  });

  test('leaves optional fields empty', () => {
    expect(errorsOf({ type: 'plain_text_input' }, [], true)).toBeUndefined();
  });
});
