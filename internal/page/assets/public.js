import { exit } from "./exit.js";
import { counts, errors, once } from "./form.js";

exit();
errors();
once();
counts();
