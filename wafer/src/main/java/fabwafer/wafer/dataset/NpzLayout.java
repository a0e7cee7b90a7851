package fabwafer.wafer.dataset;

import fabwafer.wafer.DefectPattern;
import java.util.List;

/**
 * Names of the arrays of an NPZ data set.
 *
 * <p>Ragged, as our WM-811K file: {@code cells} uint8, all wafer maps row by row, one after the
 * other; {@code offset}, {@code height}, {@code width} of each; {@code label} its label id, or,
 * where a wafer may have several patterns, {@code patterns} [n, 8] in label-id order.
 *
 * <p>Stacked, as MixedWM38's public file: {@code arr_0} [n, height, width]; {@code arr_1} [n, 8].
 *
 * <p>Either may have {@code group}, {@code fold} and {@code row}, a number a wafer, and {@code
 * lot}, {@code wafer_index} and {@code official_training}, which a data set's rows keep.
 */
final class NpzLayout {
  static final String CELLS = "cells";
  static final String OFFSET = "offset";
  static final String HEIGHT = "height";
  static final String WIDTH = "width";
  static final String LABEL = "label";
  static final String PATTERNS = "patterns";
  static final String GROUP = "group";
  static final String FOLD = "fold";
  static final String ROW = "row";
  static final String LOT = "lot";
  static final String WAFER_INDEX = "wafer_index";
  static final String OFFICIAL_TRAINING = "official_training";
  static final String STACK = "arr_0";
  static final String STACK_LABELS = "arr_1";

  /** Columns of {@link #PATTERNS}. */
  static final List<DefectPattern> PATTERN_COLUMNS =
      List.of(
          DefectPattern.CENTER,
          DefectPattern.DONUT,
          DefectPattern.EDGE_LOC,
          DefectPattern.EDGE_RING,
          DefectPattern.LOC,
          DefectPattern.NEAR_FULL,
          DefectPattern.RANDOM,
          DefectPattern.SCRATCH);

  /** Columns of {@link #STACK_LABELS}: Scratch stands before Random. */
  static final List<DefectPattern> STACK_COLUMNS =
      List.of(
          DefectPattern.CENTER,
          DefectPattern.DONUT,
          DefectPattern.EDGE_LOC,
          DefectPattern.EDGE_RING,
          DefectPattern.LOC,
          DefectPattern.NEAR_FULL,
          DefectPattern.SCRATCH,
          DefectPattern.RANDOM);

  private NpzLayout() {}
}
