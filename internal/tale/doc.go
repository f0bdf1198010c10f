// Package tale is what the public side may read of what became of reports: the stories that are published now, and what the system counted of a year.
//
// Words: a story is a short text in some languages, put together from several matters or told by one person; a removed one was published once and is
// not any more, and is kept as a code, so that whoever fetched it learns that it is gone; a year has counts and times in which no small count stands.
//
// Always true:
//   - What stands here is public: no draft, no consent, no case, no name of anybody who wrote or looked at it.
//   - What was removed or has ended is not read any more [Fresh] later at the latest, in every process.
//   - When the store cannot be asked nothing is given, rather than what was true before.
package tale
