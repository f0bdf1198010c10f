import { autosave } from "./autosave.js";
import { counts, errors, once } from "./form.js";
import { look } from "./look.js";
import { rows } from "./rows.js";

errors();
once();
counts();
rows();
look();
autosave();
