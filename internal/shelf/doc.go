// Package shelf is what the public side may read of what was written at the desk to be taught: the texts that are published now. They stand beside those of
// the pack; of two for the same readers, on the same topic and in the same language the higher version counts, of equals the pack's.
//
// Always true:
//   - What stands here is public: no draft, and no name of anybody who wrote or looked at it.
//   - A library is made when what is published has changed, and only then. Whoever asks for it waits for no database while it is young.
//   - What was taken away is in no library any more [Hold] later at the latest, in every process, also while the database cannot be asked: from then on the
//     pack's texts are given, which stand in no need of it.
package shelf
