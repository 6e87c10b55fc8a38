/** A field of a channel's form; what it holds stands under `name`. */
export type KindField = {
  name: string;
  label: string;
  hint?: string;
  placeholder?: string;
  type?: "email" | "url" | "tel" | "password";
  optional?: true;
};
export type Kind = { kind: string; word: string; about: string; fields: readonly KindField[] };

/** Each kind of channel in words, and what it has to be told; the order is that of the choice. */
export const kinds: readonly Kind[] = [
  {
    kind: "push",
    word: "Your devices",
    about: "Every browser that you turned on above.",
    fields: [],
  },
  {
    kind: "email",
    word: "E-mail",
    about: "A letter, one conversation for each problem.",
    fields: [{ name: "to", label: "Address", type: "email", placeholder: "ann@shop.example" }],
  },
  {
    kind: "ntfy",
    word: "ntfy",
    about: "The ntfy app: subscribe to the same topic there.",
    fields: [
      { name: "topic", label: "Topic", hint: "Who knows it can read along: hard to guess." },
      {
        ...{ name: "server", label: "Server", type: "url", optional: true },
        ...{ placeholder: "https://ntfy.sh", hint: "ntfy.sh, when empty." },
      },
      {
        ...{ name: "token", label: "Access token", type: "password", optional: true },
        hint: "Where the server wants one.",
      },
    ],
  },
  {
    kind: "slack",
    word: "Slack",
    about: "A person or a channel, through Castor's bot.",
    fields: [
      {
        ...{ name: "to", label: "Id of the person or channel", placeholder: "U012AB3CD" },
        hint: "In Slack: the profile, More, Copy member ID.",
      },
    ],
  },
  {
    kind: "discord",
    word: "Discord",
    about: "A channel that Castor's bot may write to.",
    fields: [{ name: "to", label: "Id of the channel", placeholder: "1098765432109876543" }],
  },
  {
    kind: "telegram",
    word: "Telegram",
    about: "A chat with Castor's bot: write to it first.",
    fields: [{ name: "to", label: "Number of the chat", placeholder: "123456789" }],
  },
  {
    kind: "mattermost",
    word: "Mattermost",
    about: "An incoming webhook.",
    fields: [{ name: "webhook", label: "Address of the webhook", type: "url" }],
  },
  {
    kind: "sms",
    word: "Text message or call",
    about: "Through a service that your team set up.",
    fields: [{ name: "to", label: "Number", type: "tel", placeholder: "+33 6 12 34 56 78" }],
  },
  {
    kind: "webhook",
    word: "Webhook",
    about: "A signed POST to a program of yours.",
    fields: [
      { name: "url", label: "Address", type: "url" },
      {
        ...{ name: "secret", label: "Secret", type: "password" },
        hint: "16 characters or more; it signs what is sent.",
      },
    ],
  },
];

export const wordOf = (kind: string): string =>
  kinds.find((each) => each.kind === kind)?.word ?? kind;
