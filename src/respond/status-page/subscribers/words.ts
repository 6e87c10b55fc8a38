import { over } from "../render/over.ts";

/** What letters and the pages of subscribers say. */
export type ReaderWords = typeof en;

const en = {
  subscribe: "Get updates",
  how: "How do you want to be told?",
  kinds: { email: "By e-mail", webhook: "By webhook", slack: "In Slack", push: "In this browser" },
  address: {
    email: "E-mail address",
    webhook: "Address (URL) of the webhook",
    slack: "Address (URL) of Slack’s incoming webhook",
    push: "",
  },
  what: "What do you want to hear of?",
  all: "Everything",
  send: "Subscribe",
  private:
    "We keep your address to tell you of this page’s news, and for nothing else. Each message has a link that ends it at once.",
  asked: "Look at your messages",
  askedText:
    "If that address can be told, a message is on its way there. Open the link in it to say that it was you; until then nothing is sent.",
  confirmSubject: "Do you want news of {page}?",
  confirmText:
    "Somebody, hopefully you, asked that this address be told of news of {page}.\n\nIf it was you, open this link and press the button:\n{link}\n\nIf not, do nothing: you will not hear from us again.",
  knownText:
    "This address is told of news of {page} already. What it is told, and how to end it:\n{link}",
  confirmTitle: "Is that you?",
  confirmAsk: "Then you will be told of news of {page}.",
  confirm: "Yes, tell me",
  confirmed: "Done: you will be told",
  secret: "What we send is signed (Standard Webhooks) with this secret:",
  mine: "What you are told",
  save: "Save",
  saved: "Saved",
  stop: "Stop telling me",
  stopTitle: "Do you want no more news of {page}?",
  stopped: "Done: you will not be told any more",
  stoppedText: "We have forgotten your address.",
  gone: "This link leads nowhere",
  goneText:
    "It was used up, or what it was for has ended. On the status page you can subscribe again.",
  tooMany: "Too often",
  tooManyText: "Please wait some minutes and try again.",
  wrong: "That cannot be",
  wrongText: "Please go back and look at the address again.",
  page: "To the status page",
  affects: "Affects: {names}",
  more: "More: {link}",
  manage: "What you are told: {link}",
  end: "No more of this: {link}",
  between: "From {from} to {to}",
  follow: "Tell me of this alone",
  pushWait: "One moment…",
  pushDone: "Done: this browser will be told. To end it, take back the permission of this page.",
  pushFailed: "That did not work. Does your browser allow notifications of this page?",
  pushWelcome: "This is how you will be told.",
};

const fr: ReaderWords = {
  subscribe: "Recevoir les nouvelles",
  how: "Comment voulez-vous être prévenu ?",
  kinds: {
    email: "Par e-mail",
    webhook: "Par webhook",
    slack: "Dans Slack",
    push: "Dans ce navigateur",
  },
  address: {
    email: "Adresse e-mail",
    webhook: "Adresse (URL) du webhook",
    slack: "Adresse (URL) du webhook entrant de Slack",
    push: "",
  },
  what: "De quoi voulez-vous être prévenu ?",
  all: "De tout",
  send: "S’abonner",
  private:
    "Nous gardons votre adresse pour vous donner les nouvelles de cette page, et pour rien d’autre. Chaque message contient un lien pour arrêter.",
  asked: "Regardez vos messages",
  askedText:
    "Si cette adresse peut être prévenue, un message est en route. Ouvrez le lien qu’il contient pour dire que c’était bien vous ; rien n’est envoyé avant cela.",
  confirmSubject: "Voulez-vous des nouvelles de {page} ?",
  confirmText:
    "Quelqu’un, vous sans doute, a demandé que cette adresse reçoive les nouvelles de {page}.\n\nSi c’était vous, ouvrez ce lien et appuyez sur le bouton :\n{link}\n\nSinon, ne faites rien : vous n’entendrez plus parler de nous.",
  knownText:
    "Cette adresse reçoit déjà les nouvelles de {page}. Ce qu’elle reçoit, et comment arrêter :\n{link}",
  confirmTitle: "Est-ce bien vous ?",
  confirmAsk: "Vous recevrez alors les nouvelles de {page}.",
  confirm: "Oui, prévenez-moi",
  confirmed: "C’est fait : vous serez prévenu",
  secret: "Nos envois sont signés (Standard Webhooks) avec ce secret :",
  mine: "Ce que vous recevez",
  save: "Enregistrer",
  saved: "Enregistré",
  stop: "Ne plus me prévenir",
  stopTitle: "Ne plus recevoir de nouvelles de {page} ?",
  stopped: "C’est fait : vous ne serez plus prévenu",
  stoppedText: "Nous avons oublié votre adresse.",
  gone: "Ce lien ne mène nulle part",
  goneText:
    "Il a déjà servi, ou ce à quoi il servait est terminé. Vous pouvez vous réabonner sur la page d’état.",
  tooMany: "Trop souvent",
  tooManyText: "Attendez quelques minutes et réessayez.",
  wrong: "Ce n’est pas possible",
  wrongText: "Revenez en arrière et regardez de nouveau l’adresse.",
  page: "Vers la page d’état",
  affects: "Concerne : {names}",
  more: "Plus : {link}",
  manage: "Ce que vous recevez : {link}",
  end: "Ne plus rien recevoir : {link}",
  between: "De {from} à {to}",
  follow: "Me prévenir de ceci seulement",
  pushWait: "Un instant…",
  pushDone:
    "C’est fait : ce navigateur sera prévenu. Pour arrêter, retirez l’autorisation de cette page.",
  pushFailed:
    "Cela n’a pas marché. Votre navigateur autorise-t-il les notifications de cette page ?",
  pushWelcome: "C’est ainsi que vous serez prévenu.",
};

const known = new Map<string, ReaderWords>(Object.entries({ en, fr }));
export const readerWords = (language: string): ReaderWords => known.get(language) ?? en;
/** From a file of the operator's; what it leaves out stays English. */
export const learnReaderWords = (language: string, own: unknown): string[] => {
  const { merged, mistakes } = over(known.get(language) === fr ? fr : en, own);
  known.set(language, merged);
  return mistakes;
};
