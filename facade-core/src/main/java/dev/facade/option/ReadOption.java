package dev.facade.option;

/**
 * An option of a read operation, such as {@link Target}, {@link Lock}, {@link FetchSize} or
 * {@link Timeout}. An operation refuses the options that it does not take.
 */
public interface ReadOption {}
