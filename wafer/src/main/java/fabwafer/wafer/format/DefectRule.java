package fabwafer.wafer.format;

import java.util.Set;

/**
 * Which defects make a die fail, and which dies a wafer with defects has.
 *
 * @param minSizeMicrons smaller defects do not count; those without a size do
 * @param ignoredClasses defects of these classes do not count, such as nuisances
 * @param dies where the dies are taken from
 */
public record DefectRule(double minSizeMicrons, Set<Integer> ignoredClasses, Dies dies) {

  /** Where the dies of a wafer with defects are taken from. */
  public enum Dies {
    /** The plan where every defect lies on it, else the geometry where it is stated. */
    AUTOMATIC,
    /** The dies that the sample test plan names. */
    PLAN,
    /** All whole dies on the wafer, from die pitch, centre and diameter. */
    GEOMETRY
  }

  /** Every defect counts. */
  public static final DefectRule DEFAULT = new DefectRule(0, Set.of(), Dies.AUTOMATIC);

  public DefectRule {
    ignoredClasses = Set.copyOf(ignoredClasses);
  }

  boolean counts(double sizeMicrons, int classNumber) {
    return !ignoredClasses.contains(classNumber)
        && (Double.isNaN(sizeMicrons) || sizeMicrons >= minSizeMicrons);
  }
}
