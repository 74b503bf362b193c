package io.syncnorm.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names that Keras, PyTorch, DL4J, scikit-learn and Spark ML use for our keys. */
final class Synonyms {
  private static final Map<String, String> KEY_OF = keys();

  private Synonyms() {}

  /**
   * Returns the path of the key that a name stands for.
   *
   * @param name in lower case, without dots, dashes and underscores
   */
  static Optional<String> of(String name) {
    return Optional.ofNullable(KEY_OF.get(name));
  }

  private static Map<String, String> keys() {
    Map<String, String> keys = new HashMap<>();
    put(keys, Keys.LEARNING_RATE, "lr baselr initiallr learningrateinit stepsize eta");
    put(keys, Keys.OPTIMIZER_TYPE, "optimizer optim opt solver updater algorithm");
    put(keys, Keys.BETA1, "adambeta1");
    put(keys, Keys.BETA2, "adambeta2");
    put(keys, Keys.OPTIMIZER_EPSILON, "adameps adamepsilon");
    put(keys, Keys.OPTIMIZER_MOMENTUM, "sgdmomentum nesterovmomentum");
    put(keys, Keys.RMS_DECAY, "rho rmspropdecay rmsdecay");
    put(keys, Keys.L2, "l2 regparam l2reg l2regularization regularization kernelregularizer");
    put(keys, Keys.WEIGHT_DECAY, "wd weightdecay adamwdecay decoupledweightdecay");
    put(
        keys,
        Keys.CLIP_NORM,
        "globalclipnorm maxgradnorm clipgradnorm gradclip gradclipnorm gradientclip"
            + " gradientclipping gradientclipval clipping");
    put(keys, Keys.CLIP_VALUE, "clipgradvalue gradclipvalue gradientclipvalue");
    put(
        keys,
        Keys.SCHEDULE_TYPE,
        "schedule scheduler lrschedule lrscheduler learningrateschedule lrpolicy"
            + " lrschedulertype decaytype");
    put(keys, Keys.SCHEDULE_FACTOR, "gamma decayrate lrdecay lrgamma decayfactor");
    put(keys, Keys.SCHEDULE_EVERY, "decaysteps dropevery lrstepsize");
    put(keys, Keys.SCHEDULE_FINAL_SHARE, "etamin minlr minlearningrate alphaf");
    put(keys, Keys.WARM_UP, "warmup warmupsteps warmupepochs lrwarmup numwarmupsteps");
    put(
        keys,
        Keys.BATCH_SIZE,
        "batch bs minibatch minibatchsize trainbatchsize batchsizeperworker blocksize"
            + " perdevicetrainbatchsize");
    put(
        keys,
        Keys.EPOCHS,
        "epoch nepochs nepoch numepochs nbepochs maxepochs numtrainepochs maxiter iterations"
            + " numiterations");
    put(
        keys,
        Keys.EARLY_STOPPING,
        "earlystop earlystopping earlystoppingrounds earlystoppingpatience patience niternochange");
    put(
        keys,
        Keys.WORLD,
        "worldsize workers numworkers nworkers ranks numranks nranks nproc np nprocpernode"
            + " parallelism");
    put(keys, Keys.SEED, "randomstate randomseed manualseed rngseed");
    put(keys, Keys.RUN_NAME, "runname jobname appname");
    put(
        keys,
        Keys.HIDDEN,
        "hiddenlayers hiddensize hiddensizes hiddenlayersizes hiddendim hiddenunits"
            + " nhidden units layersizes");
    put(keys, Keys.LAYERS, "conv convolutions filters cnn architecture stack");
    put(keys, Keys.IMAGE, "imageshape imagesize inputshape inputsize inputdim inputdims");
    put(keys, Keys.ACTIVATION, "act activationfunction nonlinearity");
    put(
        keys,
        Keys.INITIALIZATION,
        "init initializer weightinit weightinitializer weightinitialization kernelinitializer");
    put(keys, Keys.DL4J, "model network arch pretrained weights");
    put(keys, Keys.BATCH_NORM_ENABLED, "bn batchnorm batchnormalization usebn usebatchnorm");
    put(keys, Keys.BATCH_NORM_MOMENTUM, "bnmomentum batchnormmomentum runningmomentum");
    put(keys, Keys.BATCH_NORM_EPSILON, "eps bneps bnepsilon batchnormepsilon");
    put(keys, Keys.BATCH_NORM_SYNC, "syncbn syncbatchnorm batchnormsync");
    put(keys, Keys.CLASSES, "numclasses nclasses nclass numlabels outputs");
    put(keys, Keys.TRAIN_IMAGES, "images xtrain");
    put(keys, Keys.TRAIN_LABELS, "labels ytrain");
    put(keys, Keys.TEST_IMAGES, "xtest");
    put(keys, Keys.TEST_LABELS, "ytest");
    put(
        keys,
        Keys.TRAIN_PATH,
        "data dataset datadir datapath traindata traindir trainfile trainpath train input inputs"
            + " inputpath file files paths location");
    put(
        keys,
        Keys.TEST_PATH,
        "test testdata testdir testfile testpath val valdata validation validationdata");
    put(keys, Keys.TRAIN_FORMAT, "fileformat inputformat dataformat source");
    put(
        keys,
        Keys.TRAIN_OPTIONS,
        "option readeroptions header sep separator delimiter delim inferschema schema");
    put(keys, Keys.TRAIN_LABEL, "labelcol labelcolumn target targetcol targetcolumn classcol");
    put(
        keys,
        Keys.TRAIN_FEATURES,
        "featurescol featurecol featurecolumn featurecolumns featurescolumns inputcol inputcols"
            + " columns cols");
    put(keys, Keys.TRAIN_WEIGHT, "weightcol weightcolumn sampleweight sampleweightcol");
    put(
        keys,
        Keys.SCALE,
        "scaling scaler rescale rescaling normalize normalization standardize standardization"
            + " standardscaler minmaxscaler");
    put(keys, Keys.MEMORY, "memoryfraction storagelevel cache cachesize buffersize");
    put(keys, Keys.LIMIT_TRAIN, "limit maxsamples maxtrainsamples subset");
    put(
        keys,
        Keys.AVERAGING_EVERY,
        "averagingfrequency averagefrequency averageevery localsteps syncevery");
    put(keys, Keys.ENCRYPT, "encryption tls ssl");
    put(keys, Keys.WAIT_TIMEOUT, "timeout");
    put(keys, Keys.MIN_SLOTS, "minworkers minexecutors minranks minnodes");
    put(keys, Keys.MAX_ATTEMPTS, "retries maxretries maxrestarts");
    put(keys, Keys.CHECKPOINT_DIR, "checkpoint checkpointdir checkpointpath ckptdir savedir");
    put(keys, Keys.CHECKPOINT_EVERY, "checkpointinterval checkpointfreq saveevery savefreq");
    put(keys, Keys.CHECKPOINT_KEEP, "maxtokeep savetotallimit");
    return Map.copyOf(keys);
  }

  private static void put(Map<String, String> keys, Key<?> key, String names) {
    for (String name : names.split(" ", -1)) {
      keys.put(name, key.path());
    }
  }
}
