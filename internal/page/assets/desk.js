import { counts, errors, once } from "./form.js";
import { rows } from "./rows.js";

errors();
once();
counts();
rows();
