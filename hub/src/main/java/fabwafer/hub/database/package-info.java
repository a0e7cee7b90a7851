/**
 * The embedded database: SQLite in the data folder. {@link fabwafer.hub.database.Database} is its
 * one door; the stores of the features take one. Safe on any thread: any number of readers beside
 * one writer.
 */
@NullMarked
package fabwafer.hub.database;

import org.jspecify.annotations.NullMarked;
