// The rule that can be told before the server is asked; it weighs the rest.
export const MIN_PASSWORD = 12;

export const passwordHint = `At least ${MIN_PASSWORD} characters. A few words that belong only to you are better than symbols.`;
