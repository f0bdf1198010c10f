// Package story is how a story of what became of a report is written, looked at by two more people, published, and taken back.
//
// Words: a composite is put together from several matters, and is nobody's own; a real story is one person's, told with their consent and changed so
// that it cannot be told whose it is; a consent says who agreed to what, for how long, and how it is taken back; a warning is what is wrong with a text
// by the limits that everything taught is held to.
//
// States:
//
//	draft ── Submit ──▶ language ── Review ──▶ safeguarding ── Review ──▶ published ──▶ expired
//	  ▲                    │                        │                        │
//	  └──── sent back, or written anew ─────────────┴────────────────────────┘            from each ── Withdraw ──▶ withdrawn
//
// Always true:
//   - Who wrote a word of a story looks at none of it, and the two who look at it are two: three people at least stand behind what is published.
//   - A story that breaks a limit, or of which one question about being recognised is not answered by yes, is not published.
//   - What a guardian has agreed to goes no step on before the colleague whom the consent names says that they have weighed what is best for the child. They
//     write nothing of it.
//   - A real story has a consent in force and a closed case that is not held, when it is begun and when it is published. Whoever may not know of the case
//     knows nothing of what is written from it. Its consent is never prolonged: a new one is a new story.
//   - Everything written is sealed under the story's own keys until it is published. Of a real story that has ended nothing written is left; when its case
//     is erased the consent goes too, and its keys are destroyed.
//   - Taking back is one press, and whoever may do it may do it of every story that is published. In the same transaction it stands nowhere that the public
//     side reads. A case that is open again, held or erased takes its stories back.
//
// Source: domain/safety DR-6.14.
package story
